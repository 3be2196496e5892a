"""结项报告 and 项目总结报告: a file a group of chapters."""
