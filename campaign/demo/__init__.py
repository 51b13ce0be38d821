"""The demonstration province: invented people and firms, real films, clips and reports."""

from campaign.demo.run import run_demo

__all__ = ["run_demo"]
