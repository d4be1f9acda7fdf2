//! Order, batches and keys, from plain objects, without a database.

use crate::mapping::{BelongsTo, Handle, HasMany, IntoNew, ObjectId};
use crate::state::{Life, State};
use crate::types::{Value, Values};
use crate::unit_of_work::{Cascades, Need, Operation, Plan, Step};

#[derive(crate::Model, Debug, Clone, Default)]
#[orm(table = "nodes")]
struct Node {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Node::id)]
    parent_id: Option<i64>,
    data: String,
    #[orm(back_populates = parent, cascade = "all, delete-orphan")]
    children: HasMany<Node>,
    #[orm(back_populates = children)]
    parent: BelongsTo<Node>,
}

#[derive(crate::Model, Debug, Clone, Default)]
#[orm(table = "leaves")]
struct Leaf {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Node::id)]
    node_id: i64,
    size: i32,
    node: BelongsTo<Node>,
}

#[derive(crate::Model, Debug, Clone, Default)]
#[orm(table = "hens")]
struct Hen {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Egg::id)]
    egg_id: i64,
    egg: BelongsTo<Egg>,
}

#[derive(crate::Model, Debug, Clone, Default)]
#[orm(table = "eggs")]
struct Egg {
    #[orm(primary_key)]
    id: i64,
    #[orm(references = Hen::id)]
    hen_id: i64,
    hen: BelongsTo<Hen>,
}

fn node(data: &str) -> Node {
    Node {
        data: data.into(),
        ..Default::default()
    }
}

fn add<T: IntoNew>(state: &mut State, object: T) -> (ObjectId, Handle<T::Model>) {
    let id = state.add(object.into_new()).unwrap();
    state.reconcile();
    assert!(state.fault.is_none(), "{:?}", state.fault);
    (id, state.handle(id))
}

/// Flushes against a database that numbers rows from `next` on; what would be sent, one line a batch.
fn flush(state: &mut State, next: &mut i64) -> Vec<String> {
    state.reconcile();
    let mut cascades = Cascades::default();
    while let Some(need) = cascades.advance(state).unwrap() {
        // The database knows of no others.
        if let Need::Related { relation, parents } = need {
            parents
                .iter()
                .for_each(|&parent| state.merge_loaded(parent, relation, &[]).unwrap());
        }
    }
    let mut plan = Plan::new(state).unwrap();
    let mut sent = Vec::new();
    while let Some(Step::Rows(write)) = plan.next() {
        let values = write.values(state).unwrap();
        let columns: Vec<_> = write
            .columns
            .iter()
            .map(|&column| write.descriptor.columns[column].name)
            .collect();
        sent.push(format!(
            "{:?} {} {columns:?} {:?}",
            write.operation,
            write.descriptor.table,
            values.to_vec()
        ));
        let count = write.objects.len();
        let returned: Vec<_> = (0..count as i64)
            .map(|row| Value::I64(*next + row))
            .collect();
        if write.operation == Operation::Insert {
            *next += count as i64;
            // In another order than sent, as a database may.
            let returned: Values = returned.iter().rev().collect();
            write
                .apply(state, count as u64, None, &returned, false)
                .unwrap();
        } else {
            let nothing = Values::default();
            write
                .apply(state, count as u64, None, &nothing, true)
                .unwrap();
        }
    }
    state.flushed();
    sent
}

#[test]
fn rows_of_a_tree_go_level_by_level() {
    let mut state = State::new();
    let (_, leaf) = add(
        &mut state,
        Leaf {
            size: 7,
            node: node("lonely").into(),
            ..Default::default()
        },
    );
    let (_, root) = add(
        &mut state,
        Node {
            children: [
                Node {
                    children: [node("c")].into(),
                    ..node("b")
                },
                node("b2"),
            ]
            .into(),
            ..node("a")
        },
    );
    let sent = flush(&mut state, &mut 1);
    assert_eq!(
        sent,
        [
            r#"Insert nodes ["parent_id", "data"] [Null, Text("lonely"), Null, Text("a")]"#,
            r#"Insert nodes ["parent_id", "data"] [I64(2), Text("b"), I64(2), Text("b2")]"#,
            r#"Insert nodes ["parent_id", "data"] [I64(3), Text("c")]"#,
            r#"Insert leaves ["node_id", "size"] [I64(1), I32(7)]"#,
        ]
    );
    assert_eq!(state.object(root).unwrap().id, 2);
    assert_eq!(state.object(leaf).unwrap().node_id, 1);

    let id = state.resolve(root).unwrap();
    state.doom(id).unwrap();
    let sent = flush(&mut state, &mut 10);
    assert_eq!(
        sent,
        [
            "Delete nodes [] [I64(5)]",
            "Delete nodes [] [I64(3), I64(4)]",
            "Delete nodes [] [I64(2)]"
        ]
    );
    assert_eq!(state.meta(id).life, Life::Deleted);
    state.roll_back();
    assert_eq!(state.meta(id).life, Life::Transient);
}

#[test]
fn an_existing_row_waits_for_its_new_parent() {
    let mut state = State::new();
    let (id, old) = add(&mut state, node("old"));
    flush(&mut state, &mut 1);
    state.committed();
    let (_, new) = add(&mut state, node("new"));
    state.object_mut(old).unwrap().parent = new.into();
    let sent = flush(&mut state, &mut 2);
    assert_eq!(
        sent,
        [
            r#"Insert nodes ["parent_id", "data"] [Null, Text("new")]"#,
            r#"Update nodes ["parent_id"] [I64(2), I64(1)]"#,
        ]
    );
    state.roll_back();
    assert_eq!(state.object(old).unwrap().parent_id, None);
    assert_eq!(state.meta(id).life, Life::Persistent);
    assert!(flush(&mut state, &mut 3).is_empty());
}

#[test]
fn orphans_are_deleted_and_new_ones_never_inserted() {
    let mut state = State::new();
    let (root, handle) = add(
        &mut state,
        Node {
            children: [node("b"), node("c")].into(),
            ..node("a")
        },
    );
    flush(&mut state, &mut 1);
    state.object_mut(handle).unwrap().children = [node("d")].into();
    state.reconcile();
    let relation = &state.descriptor(root).relations[0];
    let members = state.members(root, relation).unwrap();
    let d: Handle<Node> = state.handle(members[0]);
    state.object_mut(d).unwrap().parent = BelongsTo::none();
    let sent = flush(&mut state, &mut 4);
    assert_eq!(sent, ["Delete nodes [] [I64(2), I64(3)]"]);
    assert_eq!(state.meta(members[0]).life, Life::Transient);
    assert_eq!(state.members(root, relation).unwrap(), []);
}

#[test]
fn rows_in_a_cycle_get_their_references_afterwards() {
    let mut state = State::new();
    let (_, a) = add(&mut state, node("a"));
    let (id, b) = add(
        &mut state,
        Node {
            parent: a.into(),
            ..node("b")
        },
    );
    let (_, c) = add(
        &mut state,
        Node {
            parent: b.into(),
            ..node("c")
        },
    );
    state.object_mut(a).unwrap().parent = b.into();
    let sent = flush(&mut state, &mut 1);
    assert_eq!(
        sent,
        [
            r#"Insert nodes ["parent_id", "data"] [Null, Text("a"), Null, Text("b")]"#,
            r#"Insert nodes ["parent_id", "data"] [I64(2), Text("c")]"#,
            r#"Update nodes ["parent_id"] [I64(2), I64(1), I64(1), I64(2)]"#,
        ]
    );
    assert_eq!(state.object(c).unwrap().parent_id, Some(2));
    assert!(flush(&mut state, &mut 4).is_empty());
    state.doom(id).unwrap();
    let sent = flush(&mut state, &mut 4);
    assert_eq!(
        sent,
        [
            r#"Update nodes ["parent_id"] [Null, I64(1), Null, I64(2)]"#,
            "Delete nodes [] [I64(3)]",
            "Delete nodes [] [I64(1), I64(2)]",
        ]
    );
}

#[test]
fn rows_that_need_each_other_are_refused_by_name() {
    let mut state = State::new();
    let (_, hen) = add(&mut state, Hen::default());
    let (_, egg) = add(
        &mut state,
        Egg {
            hen: hen.into(),
            ..Default::default()
        },
    );
    state.object_mut(hen).unwrap().egg = egg.into();
    state.reconcile();
    let error = Plan::new(&mut state).unwrap_err();
    assert_eq!(
        error.message(),
        "Hen#0 (new), Egg#0 (new) refer to each other in a cycle of foreign keys that cannot be NULL, so that none can \
         be written first; make one of the columns an Option"
    );
}

#[test]
fn a_child_that_needs_a_parent_cannot_lose_it() {
    let mut state = State::new();
    let (_, leaf) = add(
        &mut state,
        Leaf {
            node: node("n").into(),
            ..Default::default()
        },
    );
    flush(&mut state, &mut 1);
    state.object_mut(leaf).unwrap().node = BelongsTo::none();
    state.reconcile();
    let error = Plan::new(&mut state).unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::NotNullViolation);
    assert_eq!(
        (error.table(), error.columns()),
        (Some("leaves"), &["node_id".to_owned()][..])
    );
}

#[test]
fn large_batches_are_split() {
    let mut state = State::new();
    let mut nodes = Vec::new();
    for n in 0..Plan::ROWS + 2 {
        nodes.push(add(&mut state, node(&n.to_string())).1);
    }
    let sent = flush(&mut state, &mut 1);
    assert_eq!(sent.len(), 2);
    for (n, &node) in nodes.iter().enumerate() {
        let node = state.object(node).unwrap();
        assert_eq!(
            (node.id, node.data.as_str()),
            (n as i64 + 1, n.to_string().as_str())
        );
    }
}
