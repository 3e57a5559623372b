"""What people read: a report's status, counts, rows and findings, as text, CSV and JSON."""

from guardiansync.report.report import Report as Report
