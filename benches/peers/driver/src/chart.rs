//! The charts: a line for each workload, a dot for each contender, ratios to the floor on a logarithmic scale.

use std::fmt::Write;

use crate::Results;
use crate::plan::{CONTENDERS, SUMMARY, Workload};
use crate::report::ratio;

const LEFT: f64 = 290.0;
const WIDTH: f64 = 620.0;
const LINE: f64 = 22.0;
/// The ratios at the ends.
const SCALE: (f64, f64) = (0.01, 200.0);

fn x(ratio: f64) -> f64 {
    let part = (ratio.clamp(SCALE.0, SCALE.1) / SCALE.0).ln() / (SCALE.1 / SCALE.0).ln();
    LEFT + part * WIDTH
}

/// All workloads of one database.
pub fn svg(result: &Results) -> String {
    chart(std::slice::from_ref(result), |_| true)
}

/// A few workloads of all databases.
pub fn summary(results: &[Results]) -> String {
    chart(results, |workload| SUMMARY.contains(&workload.name))
}

fn chart(results: &[Results], wanted: impl Fn(&Workload) -> bool) -> String {
    let mut body = String::new();
    let mut top = 58.0;
    for result in results {
        top = panel(&mut body, result, &wanted, top);
    }
    let (width, height) = (LEFT + WIDTH + 30.0, top);
    let mut svg = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" \
         font-family=\"sans-serif\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n\
         <text x=\"10\" y=\"20\" font-size=\"14\" font-weight=\"bold\">Time as a ratio to the same work by hand (left is better)</text>\n"
    );
    let mut place = 10.0;
    for contender in &CONTENDERS[1..] {
        if results
            .iter()
            .any(|result| result.contenders.iter().any(|other| other.name == contender.name))
        {
            let _ = writeln!(
                svg,
                "<circle cx=\"{place}\" cy=\"40\" r=\"5\" fill=\"{}\"/><text x=\"{}\" y=\"44\">{}</text>",
                contender.colour,
                place + 9.0,
                contender.label
            );
            place += 30.0 + 7.0 * contender.label.len() as f64;
        }
    }
    svg + &body + "</svg>\n"
}

/// Draws one database below `top`; gives where the next may begin.
fn panel(svg: &mut String, result: &Results, wanted: &impl Fn(&Workload) -> bool, top: f64) -> f64 {
    let rows: Vec<_> = result.times.iter().filter(|(workload, _)| wanted(workload)).collect();
    let title = if result.database == "sqlite" { "SQLite" } else { "PostgreSQL" };
    let _ = writeln!(
        svg,
        "<text x=\"10\" y=\"{}\" font-size=\"13\" font-weight=\"bold\">{title}</text>",
        top + 14.0
    );
    let bottom = top + LINE * rows.len() as f64;
    for mark in [0.01, 0.1, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0, 50.0, 100.0, 200.0] {
        let (at, dark) = (x(mark), if mark == 1.0 { "#444444" } else { "#dddddd" });
        let _ = writeln!(
            svg,
            "<line x1=\"{at:.1}\" y1=\"{top}\" x2=\"{at:.1}\" y2=\"{bottom}\" stroke=\"{dark}\"/><text x=\"{at:.1}\" y=\"{}\" text-anchor=\"middle\">{mark}</text>",
            bottom + 18.0
        );
    }
    for (line, (workload, times)) in rows.into_iter().enumerate() {
        let y = top + LINE * (line as f64 + 0.5);
        let _ = writeln!(
            svg,
            "<text x=\"{}\" y=\"{}\" text-anchor=\"end\">{}</text>",
            LEFT - 10.0,
            y + 4.0,
            workload.title
        );
        // Ours last, on top.
        for place in (1..result.contenders.len()).rev() {
            let contender = result.contenders[place];
            if let Some(ratio) = ratio(&times[0], &times[place]) {
                let radius = if contender.name.starts_with("ours") { 6 } else { 4 };
                let _ = writeln!(
                    svg,
                    "<circle cx=\"{:.1}\" cy=\"{y}\" r=\"{radius}\" fill=\"{}\" fill-opacity=\"0.85\"><title>{}: {ratio:.2}</title></circle>",
                    x(ratio),
                    contender.colour,
                    contender.label
                );
            }
        }
    }
    bottom + 34.0
}
