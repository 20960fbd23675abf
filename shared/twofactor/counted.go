package twofactor

// Counted says in which cell of the tenant's counts a user stands. It moves in
// one commit with the counts, so that a change that is delivered twice, late or
// out of order counts once.
type Counted struct {
	Meta
	Ref
	// Cell is the cell's name; see cells.go.
	Cell string
}

// Key implements Record.
func (c *Counted) Key() Key { return CountedKey(c.Ref) }

// CountedKey names what says where a user is counted.
func CountedKey(ref Ref) Key { return Key{Kind: KindCounted, Tenant: ref.Tenant, ID: ref.User} }
