package dynamo

import "sallyport/shared/twofactor"

func apiKeyFields(f *fields, k *twofactor.APIKey, key twofactor.Key) {
	k.ID = key.ID
	blob(f, "hash", &k.Hash)
	str(f, "name", &k.Name)
	str(f, "audience", &k.Audience)
	texts(f, "scopes", &k.Scopes)
	texts(f, "tenants", &k.Tenants)
	moment(f, "created_at", &k.CreatedAt)
	moment(f, "revoked_at", &k.RevokedAt)
}

func signingKeysFields(f *fields, s *twofactor.SigningKeys, _ twofactor.Key) {
	list(f, "keys", &s.Keys, func(f *fields, k *twofactor.SigningKey) {
		str(f, "id", &k.ID)
		blob(f, "public", &k.Public)
		blob(f, "private", &k.Private)
		moment(f, "created_at", &k.CreatedAt)
		moment(f, "active_from", &k.ActiveFrom)
		moment(f, "retired_at", &k.RetiredAt)
	})
}

func rootKeysFields(f *fields, r *twofactor.RootKeys, key twofactor.Key) {
	r.Purpose = twofactor.RootPurpose(key.ID)
	list(f, "keys", &r.Keys, func(f *fields, k *twofactor.RootKey) {
		str(f, "id", &k.ID)
		blob(f, "wrapped", &k.Wrapped)
		moment(f, "created_at", &k.CreatedAt)
	})
}
