//! `organization.get_project_usages`, in newer web apps `get_project_workloads`: for how long tasks
//! ran, day by day, by project, queue and user.

use crate::registry::Context;
use crate::rules::listing::in_projects;
use arno_store::projects::usage::{self, Run};
use arno_store::query::{self, Cond, Path};
use arno_store::schema::{Entity, PROJECT, QUEUE, TASK, USER};
use arno_store::{Millis, Result};
use arno_wire::date;
use arno_wire::error::{Code, Error};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A day, ms.
const DAY: Millis = 86_400_000;
/// Most days of a period.
const MAX_DAYS: Millis = 3_660;

#[derive(Debug, Deserialize)]
pub(super) struct UsagesRequest {
    projects: Vec<String>,
    from_date: String,
    to_date: String,
    include_development: Option<bool>,
    breakdown_keys: Option<Vec<Breakdown>>,
    usage_fields: Option<Vec<Field>>,
}

/// What the times are told apart by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Breakdown {
    Project,
    User,
    Queue,
}

impl Breakdown {
    const ALL: [Breakdown; 3] = [Breakdown::Project, Breakdown::User, Breakdown::Queue];

    fn key(self) -> &'static str {
        match self {
            Breakdown::Project => "projects",
            Breakdown::User => "users",
            Breakdown::Queue => "queues",
        }
    }

    fn of(self, run: &Run) -> Option<&String> {
        match self {
            Breakdown::Project => run.project.as_ref(),
            Breakdown::User => run.user.as_ref(),
            Breakdown::Queue => run.queue.as_ref(),
        }
    }

    fn entity(self) -> &'static Entity {
        match self {
            Breakdown::Project => &PROJECT,
            Breakdown::User => &USER,
            Breakdown::Queue => &QUEUE,
        }
    }
}

/// What is measured, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Field {
    /// Running time.
    Duration,
    /// Running time of each core; a machine that did not tell counts as one.
    CpuUsage,
    /// Running time of each GPU.
    GpuUsage,
}

impl Field {
    const ALL: [Field; 3] = [Field::Duration, Field::CpuUsage, Field::GpuUsage];

    fn key(self) -> &'static str {
        match self {
            Field::Duration => "duration",
            Field::CpuUsage => "cpu_usage",
            Field::GpuUsage => "gpu_usage",
        }
    }

    fn weight(self, run: &Run) -> f64 {
        match self {
            Field::Duration => 1.0,
            Field::CpuUsage => run.cores.unwrap_or(1.0),
            Field::GpuUsage => run.gpus.unwrap_or(0.0),
        }
    }
}

/// A period and its days, which begin at midnight UTC.
struct Period {
    from: Millis,
    to: Millis,
}

impl Period {
    /// # Errors
    /// 400/12 for what is no date, 400/16 for a period that is empty or too long.
    fn read(from: &str, to: &str) -> Result<Period> {
        let read = |field, text: &str| {
            date::parse(text).ok_or_else(|| {
                Error::new(Code::ValidationError).extra("a date is expected").with(field, text)
            })
        };
        let period = Period { from: read("from_date", from)?, to: read("to_date", to)? };
        let days = period.to.saturating_sub(period.from) / DAY;
        if period.from >= period.to || days > MAX_DAYS {
            return Err(Error::new(Code::FieldsValueError)
                .extra(format!("from_date must be before to_date, by {MAX_DAYS} days at most"))
                .with("from_date", from)
                .with("to_date", to)
                .into());
        }
        Ok(period)
    }

    fn days(&self) -> Vec<Millis> {
        let first = self.from.div_euclid(DAY);
        (first..).map(|day| day * DAY).take_while(|day| *day < self.to).collect()
    }

    /// Milliseconds of a run that fall on a day and into the period.
    fn overlap(&self, run: &Run, day: Millis) -> Millis {
        let from = run.from.max(self.from).max(day);
        let to = run.to.min(self.to).min(day + DAY);
        (to - from).max(0)
    }
}

pub(super) fn get_project_usages(ctx: &Context<'_>, request: UsagesRequest) -> Result<Value> {
    let period = Period::read(&request.from_date, &request.to_date)?;
    let runs = usage::runs(ctx.tx, &selected(ctx, &request)?, period.from, period.to)?;
    let fields = request.usage_fields.filter(|list| !list.is_empty());
    let fields = fields.unwrap_or_else(|| Field::ALL.to_vec());
    let breakdowns = request.breakdown_keys.filter(|list| !list.is_empty());
    let mut answer = json!({});
    for breakdown in breakdowns.unwrap_or_else(|| Breakdown::ALL.to_vec()) {
        answer[breakdown.key()] = account(ctx, breakdown, &runs, &period, &fields)?;
    }
    Ok(answer)
}

/// The tasks that count: those somebody's work ran in, on a queue unless asked otherwise.
fn selected<'a>(ctx: &'a Context<'_>, request: &UsagesRequest) -> Result<query::Selection<'a>> {
    let projects: Vec<Option<String>> = request.projects.iter().cloned().map(Some).collect();
    let tagged = ["dataset", "reports", "hidden"];
    let mut cond = in_projects(&TASK, &projects, true)
        .and(Cond::has(Path::of(["system_tags"]), tagged).negate())
        .and(Cond::has(Path::of(["type"]), ["report", "controller"]).negate());
    if request.include_development != Some(true) {
        cond = cond.and(Cond::empty(Path::of(["execution", "queue"])).negate());
    }
    query::select(ctx.tx, &TASK, false, cond)
}

/// Totals and daily series, the greatest total first.
fn account(
    ctx: &Context<'_>,
    breakdown: Breakdown,
    runs: &[Run],
    period: &Period,
    fields: &[Field],
) -> Result<Value> {
    let days = period.days();
    let mut sums: BTreeMap<String, Vec<Vec<f64>>> = BTreeMap::new();
    for run in runs {
        let key = breakdown.of(run).cloned().unwrap_or_default();
        let sum = sums.entry(key).or_insert_with(|| vec![vec![0.0; days.len()]; fields.len()]);
        let first = (run.from.max(period.from) - days[0]) / DAY;
        let last = (run.to.min(period.to) - days[0]) / DAY;
        let touched = usize::try_from(first).unwrap_or(0)..=usize::try_from(last).unwrap_or(0);
        for day in touched.filter(|day| *day < days.len()) {
            let seconds = period.overlap(run, days[day]) as f64 / 1000.0;
            for (field, sum) in fields.iter().zip(sum.iter_mut()) {
                sum[day] += seconds * field.weight(run);
            }
        }
    }
    let ids: Vec<String> = sums.keys().cloned().collect();
    let names: BTreeMap<String, String> =
        usage::names(ctx.tx, breakdown.entity(), &ids)?.into_iter().collect();
    let mut totals: Vec<(f64, Value, Value)> = sums
        .into_iter()
        .map(|(id, sums)| {
            let name = names.get(&id).cloned().unwrap_or_default();
            let mut total = json!({"id": id, "name": name});
            let mut series = json!({"id": id, "name": name, "dates": days});
            for (field, by_day) in fields.iter().zip(&sums) {
                total[field.key()] = whole(by_day.iter().sum()).into();
                series[field.key()] = by_day.iter().copied().map(whole).collect();
            }
            (sums.first().map_or(0.0, |first| first.iter().sum()), total, series)
        })
        .collect();
    totals.sort_by(|one, other| other.0.total_cmp(&one.0));
    let (total, series): (Vec<Value>, Vec<Value>) =
        totals.into_iter().map(|(_, total, series)| (total, series)).unzip();
    Ok(json!({"total": total, "series": series}))
}

/// Seconds as they are shown.
fn whole(seconds: f64) -> i64 {
    seconds.round() as i64
}
