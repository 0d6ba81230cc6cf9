"""Work off the main thread: the only room that starts threads for the console."""

from govdesk.jobs.job import Cancelled, Job, Task
from govdesk.jobs.lanes import LANES
from govdesk.jobs.runner import Jobs

__all__ = ["LANES", "Cancelled", "Job", "Jobs", "Task"]
