//! What the session tells, held against the model.

use super::super::model::Kind;
use super::Program;

impl Program {
    pub(super) async fn compare(&mut self, index: usize) -> orm_core::Result<()> {
        let handle = self.handle(index).await?;
        let object = self.model.objects[index].clone();
        assert_eq!(
            handle.name(&self.session),
            object.name,
            "the name of {index}"
        );
        let parent = handle
            .parent(&mut self.session)
            .await?
            .map(|parent| parent.name(&self.session));
        let wanted = object
            .parent
            .map(|parent| self.model.objects[parent].name.clone());
        assert_eq!(parent, wanted, "the parent of {}", object.name);
        for kind in Kind::ALL
            .into_iter()
            .filter(|kind| kind.parent() == object.kind)
        {
            let children = handle.children(&mut self.session, kind).await?;
            let mut children: Vec<_> = children
                .into_iter()
                .map(|child| child.name(&self.session))
                .collect();
            let wanted = self.model.children(index, kind).into_iter();
            let mut wanted: Vec<_> = wanted
                .map(|child| self.model.objects[child].name.clone())
                .collect();
            children.sort();
            wanted.sort();
            assert_eq!(children, wanted, "what {} has of {kind:?}", object.name);
        }
        Ok(())
    }

    pub(super) async fn compare_all(&mut self) -> orm_core::Result<()> {
        for kind in Kind::ALL {
            for index in self.model.live(kind) {
                self.compare(index).await?;
            }
        }
        Ok(())
    }
}
