//! What a person may set of a model: types with just those columns.

use syn::punctuated::Punctuated;
use syn::{Attribute, Ident, Meta, Path, Token};

use super::Column;
use crate::attr::container::FormAttr;

/// A type with the columns that a person may set.
pub(crate) struct Form {
    pub(crate) name: Ident,
    pub(crate) derives: Vec<Path>,
    /// Its names for serde.
    pub(crate) serde: Vec<Meta>,
}

impl Form {
    pub(super) fn new(attr: FormAttr, serde: Vec<Meta>) -> Self {
        let FormAttr { name, derives } = attr;
        let this = Self {
            name,
            derives,
            serde: Vec::new(),
        };
        let known = this.derives("Serialize") || this.derives("Deserialize");
        Self {
            serde: if known { serde } else { Vec::new() },
            ..this
        }
    }

    /// Whether it derives a trait of this name.
    pub(crate) fn derives(&self, name: &str) -> bool {
        let mut last = self.derives.iter().filter_map(|path| path.segments.last());
        last.any(|last| last.ident == name)
    }
}

/// What the attributes say of names, which is the same for every type that shows the columns.
pub(super) fn serde(attributes: &[Attribute]) -> Vec<Meta> {
    const NAMES: [&str; 5] = [
        "rename",
        "rename_all",
        "alias",
        "deny_unknown_fields",
        "crate",
    ];
    let ours = attributes.iter().filter(|it| it.path().is_ident("serde"));
    let lists = ours.filter_map(|it| {
        it.parse_args_with(Punctuated::<Meta, Token![,]>::parse_terminated)
            .ok()
    });
    let names = |meta: &Meta| NAMES.iter().any(|name| meta.path().is_ident(name));
    lists.flatten().filter(names).collect()
}

impl Column {
    /// Whether something else than a person gives it its value, whatever the attributes say.
    pub(crate) fn is_worked_out(&self) -> bool {
        self.sql.is_some() || self.generated.is_some() || self.version.is_some()
    }

    /// Whether a person may set it: what nothing else gives a value, unless it says so itself.
    pub(crate) fn is_open(&self) -> bool {
        let given = self.primary_key
            || self.references.is_some()
            || self.can_be_left_out()
            || self.update_default.is_some()
            || self.server_on_update.is_some();
        let said = self.input.as_ref().map(|(_, open)| *open);
        !self.is_worked_out() && said.unwrap_or(!given)
    }

    /// Whether it has a value where a person says none.
    pub(crate) fn can_be_left_out(&self) -> bool {
        self.default.is_some() || self.server_default.is_some() || self.server.is_some()
    }
}
