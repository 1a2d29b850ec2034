"""A letter against everything its unit has on file: versions, places, 汇总表, decisions."""
