//! The table that is printed.

/// Medians and ratios, a row for each workload.
#[derive(Default)]
pub struct Table(Vec<String>);

impl Table {
    /// Adds a workload: the seconds of the floor and of ours, round by round.
    pub fn row(&mut self, name: &str, goal: Option<f64>, rounds: &[(f64, f64)]) {
        let micros = |of: fn(&(f64, f64)) -> f64| median(rounds.iter().map(of).collect()) * 1e6;
        let mut ratios: Vec<f64> = rounds.iter().map(|(floor, ours)| ours / floor).collect();
        ratios.sort_by(f64::total_cmp);
        let ratio = median(ratios.clone());
        let verdict = match goal {
            Some(goal) if ratio <= goal => format!("{goal:.1}  met"),
            Some(goal) => format!("{goal:.1}  MISSED"),
            None => "-".to_owned(),
        };
        self.0.push(format!(
            "{name:<42} {:>10.1} {:>10.1} {ratio:>7.2} {:>6.2} {:>6.2}   {verdict}",
            micros(|round| round.0),
            micros(|round| round.1),
            ratios[0],
            ratios[ratios.len() - 1],
        ));
    }

    /// Prints the table.
    pub fn print(&self) {
        println!(
            "{:<42} {:>10} {:>10} {:>7} {:>6} {:>6}   goal",
            "workload (SQLite, medians)", "floor µs", "ours µs", "ratio", "min", "max"
        );
        for row in &self.0 {
            println!("{row}");
        }
    }
}

fn median(mut values: Vec<f64>) -> f64 {
    values.sort_by(f64::total_cmp);
    values[values.len() / 2]
}
