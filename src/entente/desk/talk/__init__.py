"""Comments under briefs: by subscribers, moderated, made safe."""
