"""A decision becomes words: Liquid, MJML, links."""
