package twofactor

import "encoding/base64"

// The names of the tags that a mail is sent with.
const (
	tagTenant = "tenant"
	tagUser   = "user"
	tagMail   = "mail"
)

// Tags names the mail to the mail service, which gives the tags back with what
// it reports later. Ids are encoded: a tag takes letters, digits, "_" and "-"
// only, 256 at most.
func (m *Mail) Tags() map[string]string {
	return map[string]string{tagTenant: encodeTag(m.Tenant), tagUser: encodeTag(m.User), tagMail: m.ID}
}

// noUser stands for a mail about no account: a tag can't be empty.
const noUser = "-"

func encodeTag(id string) string {
	if id == "" {
		return noUser
	}
	return base64.RawURLEncoding.EncodeToString([]byte(id))
}

func decodeTag(tag string) (id string, ok bool) {
	if tag == noUser {
		return "", true
	}
	b, err := base64.RawURLEncoding.DecodeString(tag)
	return string(b), err == nil && ValidID(string(b))
}

// TaggedMail is the key of the mail that was sent with tags; ok is false where
// they name none.
func TaggedMail(tags map[string]string) (key Key, ok bool) {
	tenant, okTenant := decodeTag(tags[tagTenant])
	user, okUser := decodeTag(tags[tagUser])
	if !okTenant || !okUser || tenant == "" || !ValidID(tags[tagMail]) {
		return Key{}, false
	}
	return (&Mail{Tenant: tenant, User: user, ID: tags[tagMail]}).Key(), true
}
