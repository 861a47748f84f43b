"""Bodies that vote: will it pass, and will it stand?"""
