package twofactor

import (
	"context"
	"errors"
	"time"
)

// tombstoneLife is how long a deleted user is remembered (contract §3).
const tombstoneLife = 30 * day

// userRecords are all the records that a change of one user looks at.
type userRecords struct {
	tenant    *Tenant
	auth      *Auth
	dir       *Directory
	tombstone *Tombstone
	// address is the entry in the list of addresses; nil without an address.
	address *Address
	// roster is loaded always: reading it with the others is one round trip.
	roster *Roster
}

// loadUser reads a user for a change, in one round trip. After a lost race the
// tenant is read anew, and strongly: it may be what stood in the way.
func (d Deps) loadUser(ctx context.Context, tenant *Tenant, ref Ref, lost *ConflictError) (*userRecords, error) {
	wants := []Want{
		{Key: AuthKey(ref)}, {Key: DirectoryKey(ref)}, {Key: TombstoneKey(ref)}, {Key: AddressKey(ref)},
		{Key: RosterKey(ref.Tenant)},
	}
	if lost != nil {
		wants = append(wants, Want{Key: TenantKey(ref.Tenant)})
	}
	found, err := d.load(ctx, wants...)
	if err != nil {
		return nil, err
	}
	if lost != nil {
		tenant = Get[Tenant](found, TenantKey(ref.Tenant))
		if tenant == nil || tenant.Deleting {
			return nil, tenantNotFound()
		}
	}
	r := &userRecords{
		tenant: tenant,
		auth:   Get[Auth](found, AuthKey(ref)), dir: Get[Directory](found, DirectoryKey(ref)),
		address:   Get[Address](found, AddressKey(ref)),
		tombstone: Get[Tombstone](found, TombstoneKey(ref)), roster: Get[Roster](found, RosterKey(ref.Tenant)),
	}
	if (r.auth == nil) != (r.dir == nil) {
		return nil, unavailable(errors.New("one of a user's two records is missing"))
	}
	return r, nil
}

// buried is the tombstone of an earlier user of the same id, nil when it is
// older than 30 days.
func (r *userRecords) buried(now time.Time) *Tombstone {
	if r.tombstone == nil || now.Sub(r.tombstone.DeletedAt) >= tombstoneLife {
		return nil
	}
	return r.tombstone
}

// moveRoster adds to a commit what follows from a user becoming next (nil: he
// is deleted): the roster moves with him, and the last one who could decide
// resets stays. Taking somebody away looks at the policy, so the tenant must
// still be what was read: a change of policy at the same moment loses or wins
// whole.
func (r *userRecords) moveRoster(c Commit, next *Auth) (Commit, error) {
	from, to := rosterRole(r.auth), rosterRole(next)
	if from == to {
		return c, nil
	}
	ref := r.ref(next)
	roster := r.roster.moved(ref, from, to)
	c.Put = append(c.Put, roster)
	if from == "" {
		return c, nil
	}
	c.Check = append(c.Check, r.tenant)
	policy := soundPolicy(r.tenant.Policy.Policy)
	return c, keepsDecider(r.tenant, r.roster.deciders(policy), roster.deciders(policy))
}

func (r *userRecords) ref(next *Auth) Ref {
	if next != nil {
		return next.Ref
	}
	return r.auth.Ref
}

// trustedAfter is how long an address must stand before a code is sent there
// (contract §4.3).
const trustedAfter = 72 * time.Hour

// trusted is the address that a mailbox code goes to: the last one that stood
// for 72 hours. A first address ever is good at once; none does not count. ""
// when there is no address.
func (d *Directory) trusted(now time.Time) string {
	switch {
	case d == nil:
		return ""
	case d.TrustedEmail == "":
		return d.Email
	case d.Email != "" && now.Sub(d.EmailSince) >= trustedAfter:
		return d.Email
	}
	return d.TrustedEmail
}

// setEmail changes the address and keeps the one that counted before.
func (d *Directory) setEmail(email string, now time.Time) {
	if email == d.Email {
		return
	}
	d.TrustedEmail = d.trusted(now)
	d.Email, d.EmailSince = email, now
	if email == "" {
		d.EmailSince = time.Time{}
	}
}
