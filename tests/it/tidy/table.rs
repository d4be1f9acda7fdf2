//! The import tables of ARCHITECTURE.md.

use std::collections::BTreeSet;

use super::source;

/// What the modules of one package may import.
pub(super) struct Table {
    /// The package's name.
    pub(super) package: String,
    rows: Vec<Row>,
}

/// What one module may import.
pub(super) struct Row {
    level: u32,
    module: String,
    /// `None` for everything.
    modules: Option<BTreeSet<String>>,
    crates: BTreeSet<String>,
}

impl Row {
    pub(super) fn allows_module(&self, module: &str) -> bool {
        module == self.module || self.modules.as_ref().is_none_or(|all| all.contains(module))
    }

    pub(super) fn allows_crate(&self, name: &str) -> bool {
        self.crates.contains(name)
    }
}

impl Table {
    /// The table under the heading of `package`.
    pub(super) fn read(package: &str) -> Self {
        Self::parse(package, &source::text("ARCHITECTURE.md"))
    }

    pub(super) fn parse(package: &str, document: &str) -> Self {
        let rows: Vec<Row> = document
            .lines()
            .skip_while(|line| !(line.starts_with("## ") && line.contains(&format!("`{package}`"))))
            .skip(1)
            .take_while(|line| !line.starts_with("## "))
            .filter(|line| line.starts_with('|'))
            .skip(2)
            .flat_map(row)
            .collect();
        assert!(
            !rows.is_empty(),
            "ARCHITECTURE.md has no table for {package}"
        );
        Self {
            package: package.to_owned(),
            rows,
        }
    }

    pub(super) fn row(&self, module: &str) -> Option<&Row> {
        self.rows.iter().find(|row| row.module == module)
    }

    /// What is wrong with the table itself: modules that are missing on one side, imports that do not go down.
    pub(super) fn faults(&self, lib: &str) -> Vec<String> {
        let declared: BTreeSet<&str> = lib
            .lines()
            .filter_map(|line| {
                let line = line.strip_prefix("pub ").unwrap_or(line);
                line.strip_prefix("mod ")?.strip_suffix(';')
            })
            .chain(["lib"])
            .collect();
        let mut faults = Vec::new();
        for module in &declared {
            if self.row(module).is_none() {
                faults.push(format!("{}: no row for module {module}", self.package));
            }
        }
        for row in &self.rows {
            let module = &row.module;
            if !declared.contains(module.as_str()) {
                faults.push(format!("{}: no module for row {module}", self.package));
            }
            for import in row.modules.iter().flatten() {
                let level = self.row(import).map(|row| row.level);
                if level.is_none_or(|level| level >= row.level) {
                    faults.push(format!(
                        "{}: {module} may not import {import}: it is not on a lower level",
                        self.package
                    ));
                }
            }
        }
        faults
    }
}

/// The rows of one line, which may name several modules.
fn row(line: &str) -> Vec<Row> {
    let cells: Vec<&str> = line.trim_matches('|').split('|').map(str::trim).collect();
    let [level, modules, imports, crates, _invariant] = cells[..] else {
        panic!("a row of ARCHITECTURE.md has not five cells: {line}");
    };
    let level = level
        .parse()
        .unwrap_or_else(|_| panic!("a row of ARCHITECTURE.md has no level: {line}"));
    names(modules)
        .into_iter()
        .map(|module| Row {
            level,
            module,
            modules: (imports != "all").then(|| names(imports)),
            crates: names(crates),
        })
        .collect()
}

/// The names between backticks.
fn names(cell: &str) -> BTreeSet<String> {
    cell.split('`')
        .skip(1)
        .step_by(2)
        .map(str::to_owned)
        .collect()
}
