"""Partner Center: where developers make apps, and see what these asked and were told.

Owns      nothing
Calls     apps
Tells     nothing
Promises  a secret is shown once; every page works without JavaScript.
"""
