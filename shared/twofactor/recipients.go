package twofactor

import (
	"context"
	"slices"
)

// loadTogether is how many directory entries one load asks for.
const loadTogether = 50

// mailbox says where a mail to the user goes, and the sealed code or link that
// it carries. Those go where the enrolment says, because the mailbox that must
// be proved is not always the newest address (contract §4.3). A user made
// again under the same id never gets the mail of an earlier one.
func mailbox(change Change, book addressBook, kind MailKind) (to string, code SecretBytes) {
	if kind == MailEmailCode || kind == MailEnrollmentLink {
		pending, ok := change.New.(*Enrollment)
		if !ok || pending == nil {
			return "", nil
		}
		return pending.MailTo, pending.MailCode
	}
	if gone, ok := change.New.(*Tombstone); ok && gone != nil {
		return gone.TrustedEmail, nil
	}
	if book.subject == nil {
		return "", nil
	}
	if meant := StampOf(change.New); meant != "" && meant != book.subject.Incarnation {
		return "", nil
	}
	return book.subject.Email, nil
}

// administrators returns whom to tell about a user: everybody whose role may
// decide resets (contract §4.4), and where nobody else than the user himself
// may, those of the parent.
func (n *Notify) administrators(ctx context.Context, tenant *Tenant, user string) ([]*Directory, error) {
	if tenant == nil {
		return nil, nil
	}
	own, err := n.deciders(ctx, tenant)
	if err != nil {
		return nil, err
	}
	another := func(d *Directory) bool { return d.User != user }
	if tenant.Parent == "" || slices.ContainsFunc(own, another) {
		return own, nil
	}
	key := TenantKey(tenant.Parent)
	found, err := n.Store.Load(ctx, Want{Key: key})
	if err != nil {
		return nil, err
	}
	parent := Get[Tenant](found, key)
	if parent == nil {
		return own, nil
	}
	theirs, err := n.deciders(ctx, parent)
	return append(own, theirs...), err
}

// deciders returns the directory entries, with an address, of the users of
// tenant who may decide resets.
func (n *Notify) deciders(ctx context.Context, tenant *Tenant) ([]*Directory, error) {
	key := RosterKey(tenant.ID)
	found, err := n.Store.Load(ctx, Want{Key: key})
	if err != nil {
		return nil, err
	}
	roster := Get[Roster](found, key)
	if roster == nil {
		return nil, nil
	}
	var wants []Want
	for _, role := range decidingRoles(tenant.Policy.Policy) {
		for _, user := range roster.Roles[role].Users {
			wants = append(wants, Want{Key: DirectoryKey(Ref{Tenant: tenant.ID, User: user})})
		}
	}
	return n.withAddress(ctx, wants)
}

// decidingRoles lists the roles that may decide resets, each once.
func decidingRoles(policy Policy) []string {
	roles := append([]string{RoleSuperAdmin}, policy.Permissions[PermResetsDecide]...)
	slices.Sort(roles)
	return slices.Compact(roles)
}

// withAddress loads directory entries and keeps those with an address, in the
// order of wants.
func (n *Notify) withAddress(ctx context.Context, wants []Want) ([]*Directory, error) {
	var entries []*Directory
	for part := range slices.Chunk(wants, loadTogether) {
		found, err := n.Store.Load(ctx, part...)
		if err != nil {
			return nil, err
		}
		for _, want := range part {
			entry := Get[Directory](found, want.Key)
			if entry != nil && entry.Email != "" {
				entries = append(entries, entry)
			}
		}
	}
	return entries, nil
}
