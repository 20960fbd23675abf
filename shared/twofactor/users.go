package twofactor

import (
	"context"
)

// Users keeps the platform's directory: who there is, with which role.
type Users struct{ Deps }

// NewUsers makes Users.
func NewUsers(d Deps) *Users { return &Users{Deps: d} }

// UserInput is a directory entry as a platform puts it: what is left out is
// cleared.
type UserInput struct {
	ID string
	// Email is "" when the user has none.
	Email string
	Name  string
	Role  string
	// SignIn is how the user passes the first factor.
	SignIn SignIn
	// Active is true when nil.
	Active *bool
	Locale string
}

// Put makes or replaces a user; created says which. Giving a role that holds
// a permission needs the scope admin too. CodeLastAdministrator refuses a
// change after which nobody could decide resets.
func (u *Users) Put(ctx context.Context, c Caller, tenant string, in UserInput) (UserView, bool, error) {
	if err := checkUserID(in.ID); err != nil {
		return UserView{}, false, err
	}
	a, err := u.authorize(ctx, c, tenant, actUserWrite)
	if err != nil {
		return UserView{}, false, err
	}
	kept, err := u.keep(ctx, c, a.tenant, in.edit())
	if err != nil {
		return UserView{}, false, err
	}
	a.tenant = kept.tenant
	return viewUser(a.situation(kept.auth), kept.dir), kept.created, nil
}

// Get shows one user, with the state of contract §5.
func (u *Users) Get(ctx context.Context, c Caller, ref Ref) (UserView, error) {
	if err := checkUserID(ref.User); err != nil {
		return UserView{}, err
	}
	a, err := u.authorize(ctx, c, ref.Tenant, actUserRead, Want{Key: AuthKey(ref)}, Want{Key: DirectoryKey(ref)})
	if err != nil {
		return UserView{}, err
	}
	auth, dir := Get[Auth](a.found, AuthKey(ref)), Get[Directory](a.found, DirectoryKey(ref))
	if auth == nil || dir == nil {
		return UserView{}, userNotFound()
	}
	return viewUser(a.situation(auth), dir), nil
}

// Delete removes a user with everything that is his; his reset requests and
// the mails about him follow (see Deletions). A tombstone stays for 30 days.
// Deleting somebody who is not there succeeds.
func (u *Users) Delete(ctx context.Context, c Caller, ref Ref) error {
	if err := checkUserID(ref.User); err != nil {
		return err
	}
	a, err := u.authorize(ctx, c, ref.Tenant, actUserWrite)
	if err != nil {
		return err
	}
	tenant := a.tenant
	return u.settle(ctx, func(ctx context.Context, lost *ConflictError) (Commit, error) {
		was, err := u.loadUser(ctx, tenant, ref, lost)
		if err != nil || was.auth == nil {
			return Commit{}, err
		}
		tenant = was.tenant
		return u.deletion(c, was)
	})
}

// deletion is one transaction: the tombstone carries the event.
func (u *Users) deletion(c Caller, was *userRecords) (Commit, error) {
	ref, now := was.auth.Ref, u.Now()
	e, err := u.event(c, EventUserDeleted, ref)
	if err != nil {
		return Commit{}, err
	}
	stone := &Tombstone{
		Ref: ref, Incarnation: was.auth.Incarnation, DeletedAt: now,
		Generation: was.auth.Generation,
		// A reset that was not followed by an enrolment counts as a factor: it
		// could be shaken off otherwise.
		HadFactor:    was.auth.Factor != nil || was.auth.ResetMark,
		TrustedEmail: was.dir.trusted(now),
	}
	stone.Expires = now.Add(tombstoneLife)
	if was.tombstone != nil {
		stone.Version = was.tombstone.Version
	}
	job := &DeletionJob{Tenant: ref.Tenant, User: ref.User, Incarnation: was.auth.Incarnation, StartedAt: now}
	commit := Commit{Event: e, Put: []Record{stone, job}, Delete: append([]Record{was.auth, was.dir}, attachments(ref)...)}
	return was.moveRoster(commit, nil)
}

// attachments are the records that a user can have besides auth record and
// directory entry, at no version: for a deletion of whatever is there.
func attachments(ref Ref) []Record {
	return []Record{&Enrollment{Ref: ref}, &Devices{Ref: ref}, &Address{Ref: ref}}
}

// edit is a PUT as a change: every member is given.
func (in UserInput) edit() userEdit {
	active := in.Active == nil || *in.Active
	return userEdit{
		ID: in.ID, Email: &in.Email, Name: &in.Name, Role: &in.Role, Locale: &in.Locale,
		SignIn: in.SignIn, Active: &active, replace: true,
	}
}
