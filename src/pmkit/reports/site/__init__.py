"""The portal: what its readers may see of the project as linked pages, or as one file. No framework, no request."""
