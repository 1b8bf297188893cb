//! Sealing: where the points of the tail go among the blocks a series already has.
//!
//! The blocks of a series are disjoint and ascending, each iteration once. [`plan`] says which of them must
//! be rewritten, [`split`] cuts the outcome into blocks again. Points behind the last block, the
//! common case, start blocks of their own and touch at most a small last one.

use std::ops::Range;

use crate::Points;

/// The number of points a block is filled up to, and at which a tail is worth sealing. Larger blocks
/// waste less of a database's pages, smaller ones are cheaper to rewrite.
pub const BLOCK_POINTS: usize = 2048;
/// A block grows up to this before it is cut.
const MAX_BLOCK_POINTS: usize = 2 * BLOCK_POINTS;
/// A block, or a handful of points, smaller than this joins a neighbour that is not full.
const MIN_BLOCK_POINTS: usize = BLOCK_POINTS / 4;

/// What the plan needs to know of an existing block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Extent {
    /// Its lowest iteration.
    pub min_iter: i64,
    /// Its highest iteration.
    pub max_iter: i64,
    /// Its number of points.
    pub count: usize,
}

/// One step of a plan: these blocks go, and come back merged with these incoming points.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rewrite {
    /// Positions of the blocks to replace: none or one.
    pub blocks: Range<usize>,
    /// Positions of the incoming points to merge in.
    pub points: Range<usize>,
}

/// Places `incoming` iterations (strictly ascending) among `existing` blocks (disjoint, ascending).
///
/// Every incoming point is in exactly one step; steps ascend and their outcomes do not overlap.
pub fn plan(existing: &[Extent], incoming: &[i64]) -> Vec<Rewrite> {
    let mut steps = Vec::new();
    let mut placed = 0;
    for (position, block) in existing.iter().enumerate() {
        let inside_start = placed + incoming[placed..].partition_point(|&i| i < block.min_iter);
        let inside_end =
            inside_start + incoming[inside_start..].partition_point(|&i| i <= block.max_iter);
        let before = placed..inside_start;
        let mut inside = inside_start..inside_end;
        if !join_previous(&mut steps, existing, position, &before) {
            if joins(before.len(), block.count + inside.len()) {
                inside.start = before.start;
            } else if !before.is_empty() {
                steps.push(Rewrite { blocks: position..position, points: before });
            }
        }
        if !inside.is_empty() {
            steps.push(Rewrite { blocks: position..position + 1, points: inside });
        }
        placed = inside_end;
    }
    let behind = placed..incoming.len();
    if !join_previous(&mut steps, existing, existing.len(), &behind) && !behind.is_empty() {
        steps.push(Rewrite { blocks: existing.len()..existing.len(), points: behind });
    }
    steps
}

/// Gives the points between two blocks to the block before `position`, if they are better off there.
fn join_previous(
    steps: &mut Vec<Rewrite>,
    existing: &[Extent],
    position: usize,
    points: &Range<usize>,
) -> bool {
    let Some(previous) = position.checked_sub(1) else { return false };
    let step = steps.last_mut().filter(|step| step.blocks == (previous..position));
    let size = existing[previous].count + step.as_ref().map_or(0, |step| step.points.len());
    if !joins(points.len(), size) {
        return false;
    }
    match step {
        Some(step) => step.points.end = points.end,
        None => steps.push(Rewrite { blocks: previous..position, points: points.clone() }),
    }
    true
}

/// Whether some points should go into a neighbouring block of this size instead of one of their own.
fn joins(points: usize, neighbour: usize) -> bool {
    let either_small = points < MIN_BLOCK_POINTS || neighbour < MIN_BLOCK_POINTS;
    points > 0 && either_small && neighbour < BLOCK_POINTS
}

/// Cuts ascending points into blocks of [`BLOCK_POINTS`] to twice as many; fewer only when there are fewer.
pub fn split(points: &Points) -> Vec<Points> {
    let total = points.len();
    if total <= MAX_BLOCK_POINTS {
        return if total == 0 { Vec::new() } else { vec![points.clone()] };
    }
    let pieces = total / BLOCK_POINTS;
    let cut = |piece: usize| piece * total / pieces;
    let piece = |index: usize| {
        let mut block = Points::with_capacity(cut(index + 1) - cut(index));
        block.append_range(points, cut(index)..cut(index + 1));
        block
    };
    (0..pieces).map(piece).collect()
}
