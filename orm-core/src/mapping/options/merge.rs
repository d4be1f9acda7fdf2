//! Several options of one query, put together.

use super::LoadOption;
use crate::sql::Refusal;

/// Adds an option. What two of one relationship nest is put together; where they contradict each other, nobody could know
/// which was meant.
///
/// # Errors
/// When the relationship is to be loaded in two different ways.
pub(crate) fn merge(options: &mut Vec<LoadOption>, option: LoadOption) -> Result<(), Refusal> {
    let same = |known: &&mut LoadOption| match (known.relation, option.relation) {
        (Some(one), Some(other)) => std::ptr::eq(one, other),
        (None, None) => true,
        _ => false,
    };
    let Some(known) = options.iter_mut().find(same) else {
        options.push(option);
        return Ok(());
    };
    match (known.strategy, option.strategy) {
        (Some(one), Some(other)) if one != other || known.joined_as != option.joined_as => {
            return Err(contradiction(&option, one.name(), other.name()));
        }
        (one, other) => known.strategy = one.or(other),
    }
    if known.joined_as.is_none() {
        known.joined_as = option.joined_as.clone();
    }
    match (&known.criteria, &option.criteria) {
        (Some(one), Some(other)) if one != other => {
            return Err(contradiction(&option, "one filter", "another"));
        }
        (None, Some(_)) => known.criteria = option.criteria.clone(),
        _ => {}
    }
    if known.depth != option.depth {
        let once = super::Depth::Levels(1);
        if known.depth != once && option.depth != once {
            return Err(contradiction(&option, "one depth", "another"));
        }
        if known.depth == once {
            known.depth = option.depth;
        }
    }
    known.undeferred.extend(option.undeferred);
    for nested in option.nested {
        merge(&mut known.nested, nested)?;
    }
    Ok(())
}

#[cold]
fn contradiction(option: &LoadOption, one: &str, other: &str) -> Refusal {
    let what = match option.relation {
        Some(relation) => format!("{relation:?}"),
        None => "Load::all()".to_owned(),
    };
    Refusal::query(format!(
        "{what} is to be loaded in two ways in one query, with {one} and with {other}; keep one of them"
    ))
}
