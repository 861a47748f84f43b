"""What accord and practice mean for the corridor: capacities, odds, pledges, reasons to leave."""
