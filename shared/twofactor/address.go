package twofactor

import "strings"

// Address finds a user by the beginning of his e-mail address. There is one
// for each user with an address; it moves in the commits that move the
// directory entry.
type Address struct {
	Meta
	Ref
	// Email is the address in lower case.
	Email string
}

// Key implements Record.
func (a *Address) Key() Key { return AddressKey(a.Ref) }

// AddressKey names a user's entry in the list of addresses.
func AddressKey(ref Ref) Key { return Key{Kind: KindAddress, Tenant: ref.Tenant, User: ref.User} }

// FoldEmail is the form in which addresses are listed and looked for.
func FoldEmail(email string) string { return strings.ToLower(email) }

// moveAddress adds to a commit what the list of addresses needs when a user's
// address becomes email; was is the entry as it stands, nil for none.
func moveAddress(c Commit, was *Address, ref Ref, email string) Commit {
	folded := FoldEmail(email)
	switch {
	case folded == "" && was != nil:
		c.Delete = append(c.Delete, was)
	case folded != "" && (was == nil || was.Email != folded):
		next := &Address{Ref: ref, Email: folded}
		if was != nil {
			next.Meta = was.Meta
		}
		c.Put = append(c.Put, next)
	}
	return c
}
