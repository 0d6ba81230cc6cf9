"""Approvals: what a second human decides, who that may be, and what needs one."""
