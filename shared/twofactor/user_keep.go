package twofactor

import (
	"context"
	"crypto/sha256"
	"encoding/binary"
	"io"
	"strings"
	"time"
)

// userEdit is a change of a user: nil members stay as they are.
type userEdit struct {
	ID                        string
	Email, Name, Role, Locale *string
	// SignIn is a new user's; replace changes it for the others too.
	SignIn  SignIn
	Active  *bool
	replace bool
}

// check says which members have values that no user can have.
func (in userEdit) check() error {
	var wrong []FieldError
	add := func(pointer, detail string) {
		wrong = append(wrong, FieldError{Pointer: pointer, Detail: detail})
	}
	if !ValidID(in.ID) {
		add("/id", idForm)
	}
	if in.Email != nil && *in.Email != "" && !ValidAddress(*in.Email) {
		add("/email", "It is not one plain e-mail address.")
	}
	if in.Name != nil {
		if detail := checkText(*in.Name, maxName); detail != "" {
			add("/name", detail)
		}
	}
	if in.Role != nil && !validRole(*in.Role) {
		add("/role", "A role is a lower-case letter and up to 31 more lower-case letters, digits or _.")
	}
	if in.Locale != nil && *in.Locale != "" && !validLocale(*in.Locale) {
		add("/locale", "It is not a language tag, such as en or pt-BR.")
	}
	if in.SignIn != SignInPassword && in.SignIn != SignInSSO {
		add("/sign_in", `It is "password" or "sso".`)
	}
	return invalidFields(wrong)
}

// keptUser is a user after a change.
type keptUser struct {
	tenant           *Tenant
	auth             *Auth
	dir              *Directory
	created, changed bool
}

// keepUser makes or changes a user as a login tells, for a key that may. It
// returns the record as it now is; nothing is written when nothing is new.
func (d Deps) keepUser(ctx context.Context, c Caller, tenant *Tenant, in userEdit) (*Auth, error) {
	kept, err := d.keep(ctx, c, tenant, in)
	if err != nil {
		return nil, err
	}
	return kept.auth, nil
}

// keep makes or changes a user in one commit with the event.
func (d Deps) keep(ctx context.Context, c Caller, tenant *Tenant, in userEdit) (keptUser, error) {
	if err := in.check(); err != nil {
		return keptUser{}, err
	}
	ref := Ref{Tenant: tenant.ID, User: in.ID}
	var kept keptUser
	err := d.settle(ctx, func(ctx context.Context, lost *ConflictError) (Commit, error) {
		was, err := d.loadUser(ctx, tenant, ref, lost)
		if err != nil {
			return Commit{}, err
		}
		if kept, err = d.edited(was, ref, in); err != nil || !kept.changed {
			return Commit{}, err
		}
		return d.userCommit(c, was, kept)
	})
	return kept, err
}

// edited is the user after the change; was is not touched.
func (d Deps) edited(was *userRecords, ref Ref, in userEdit) (keptUser, error) {
	now := d.Now()
	kept := keptUser{tenant: was.tenant, created: was.auth == nil}
	if kept.created {
		if err := kept.create(d.Random, was.buried(now), ref, in.SignIn, now); err != nil {
			return keptUser{}, err
		}
	} else {
		auth, dir := *was.auth, *was.dir
		kept.auth, kept.dir = &auth, &dir
	}
	kept.apply(in, now)
	kept.changed = kept.created || kept.changes(was) != ""
	return kept, nil
}

// create starts a user who was not there. Somebody of the same id who was
// deleted less than 30 days ago is a different user, but whoever comes back
// after losing a factor enrols as after a reset, and mailbox codes go on to
// the address that counted.
func (k *keptUser) create(random io.Reader, before *Tombstone, ref Ref, signIn SignIn, now time.Time) error {
	incarnation, err := newIncarnation(random)
	if err != nil {
		return unavailable(err)
	}
	k.auth = &Auth{
		Ref: ref, Incarnation: incarnation, CreatedAt: now, Active: true, Role: RoleUser, SignIn: signIn,
		Requirement: Requirement{Value: RequirementInherit},
	}
	k.dir = &Directory{Ref: ref, Incarnation: incarnation, CreatedAt: now}
	if before != nil {
		k.auth.Generation = before.Generation + 1
		k.auth.ResetMark = before.HadFactor
		k.dir.TrustedEmail = before.TrustedEmail
	}
	return nil
}

// newIncarnation tells a user or a tenant from an earlier one of the same id:
// 80 random bits.
func newIncarnation(random io.Reader) (string, error) {
	var b [10]byte
	if _, err := io.ReadFull(random, b[:]); err != nil {
		return "", err
	}
	return encodeCrockford(b[:]), nil
}

// apply sets what was given. A new address or role ends an enrolment link.
func (k *keptUser) apply(in userEdit, now time.Time) {
	before := k.auth.Role
	set(&k.dir.Name, in.Name)
	set(&k.dir.Locale, in.Locale)
	set(&k.auth.Role, in.Role)
	set(&k.auth.Active, in.Active)
	if in.replace {
		k.auth.SignIn = in.SignIn
	}
	if in.Email != nil && *in.Email != k.dir.Email {
		k.dir.setEmail(*in.Email, now)
		k.auth.Link = ""
	}
	if k.auth.Role != before {
		k.auth.Link = ""
	}
	k.auth.EmailHint = MaskAddress(k.dir.Email)
	k.auth.Profile = profileHash(k.dir.Email, k.dir.Name, k.auth.Role)
}

func set[T any](to *T, value *T) {
	if value != nil {
		*to = *value
	}
}

// profileHash tells a directory entry from another one: the first 8 bytes of
// SHA-256 over the length and bytes of each member. A login that repeats the
// entry needs no directory read.
func profileHash(email, name, role string) SecretBytes {
	const kept = 8
	hash := sha256.New()
	for _, member := range []string{email, name, role} {
		var length [8]byte
		binary.BigEndian.PutUint64(length[:], uint64(len(member)))
		hash.Write(length[:])
		hash.Write([]byte(member))
	}
	return hash.Sum(nil)[:kept]
}

// userCommit is the one write of a change. The event stands in the directory
// record: the mails about a new address are read from its old and new image,
// and the auth record stays small.
func (d Deps) userCommit(c Caller, was *userRecords, kept keptUser) (Commit, error) {
	t := EventUserChanged
	if kept.created {
		t = EventUserCreated
	}
	e, err := d.event(c, t, kept.auth.Ref)
	if err != nil {
		return Commit{}, err
	}
	if changed := kept.changes(was); changed != "" {
		e.Detail["changed"] = changed
	}
	commit := moveAddress(Commit{Event: e, Put: []Record{kept.dir, kept.auth}}, was.address, kept.auth.Ref, kept.dir.Email)
	if kept.created && was.tombstone != nil {
		commit.Delete = append(commit.Delete, was.tombstone)
	}
	if !kept.created && kept.dir.Email != was.dir.Email {
		e.AskMail(MailAddressChanged)
	}
	if err := giveRole(c, e, was, kept); err != nil {
		return Commit{}, err
	}
	return was.moveRoster(commit, kept.auth)
}

// giveRole guards a role that is given. One that holds any permission needs
// the scope admin too, and the administrators hear of it.
func giveRole(c Caller, e *Event, was *userRecords, kept keptUser) error {
	given := kept.created || kept.auth.Role != was.auth.Role
	if !given {
		return nil
	}
	e.Detail[DetailRole] = kept.auth.Role
	if !soundPolicy(was.tenant.Policy.Policy).holdsAny(kept.auth.Role) {
		return nil
	}
	if !c.Key.has(ScopeAdmin) {
		return refuse(CodeForbidden, "Giving a role that holds a permission needs the scope %q too.", ScopeAdmin)
	}
	e.AskMail(MailAdministratorAdded)
	return nil
}

// changes names the members that differ, for the trail.
func (k keptUser) changes(was *userRecords) string {
	if k.created {
		return ""
	}
	var names []string
	add := func(name string, differs bool) {
		if differs {
			names = append(names, name)
		}
	}
	add("email", k.dir.Email != was.dir.Email)
	add("name", k.dir.Name != was.dir.Name)
	add("role", k.auth.Role != was.auth.Role)
	add("sign_in", k.auth.SignIn != was.auth.SignIn)
	add("active", k.auth.Active != was.auth.Active)
	add("locale", k.dir.Locale != was.dir.Locale)
	return strings.Join(names, ",")
}
