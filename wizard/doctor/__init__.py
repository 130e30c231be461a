"""What a dead run left, put together: lines of logs to the first death, its phase, rank and cause. Pure."""
