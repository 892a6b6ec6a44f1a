"""Components of the statistics page: chart, grid, figure, tiles."""
