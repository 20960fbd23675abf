package twofactor

import (
	"cmp"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"slices"
	"strings"
)

// UserQuery says which users of a tenant to list. A member that is empty or
// nil asks for nothing.
type UserQuery struct {
	State State
	Role  string
	// Locked asks for users whose factor is locked, or is not.
	Locked *bool
	// ResetRequested asks for users with an open reset request, or without.
	ResetRequested *bool
	// Q is a prefix of the id, letter by letter, or of the address, whatever
	// the case.
	Q string
	// Limit is from 1 to 200; 0 is 50.
	Limit  int
	Cursor string
}

// listRounds bounds what one page reads: a filter that few users pass gives
// short pages, never slow ones.
const listRounds = 20

// List shows the users of a tenant a page at a time, sorted by id; next is ""
// at the end. Filters apply after reading, so a page may be short, or empty.
//
// A search gives everybody whose id begins with Q, by id, and after them those
// whose address does, by address. Nobody comes twice, and the users of one
// page are always sorted by id: a search that fits into one page is, too.
//
// A cursor is good for the key, the tenant and the question that it was made
// for; CodeInvalid refuses any other. Users who come and go between two pages
// move nobody else.
func (u *Users) List(ctx context.Context, c Caller, tenant string, q UserQuery) ([]UserView, string, error) {
	if err := q.check(); err != nil {
		return nil, "", err
	}
	limit, err := pageSize(q.Limit)
	if err != nil {
		return nil, "", err
	}
	a, err := u.authorize(ctx, c, tenant, actUserRead)
	if err != nil {
		return nil, "", err
	}
	list := q.name(tenant)
	position, err := u.openCursor(ctx, c, list, q.Cursor)
	if err != nil {
		return nil, "", err
	}
	w := userWalk{Deps: u.Deps, access: a, query: q, place: q.start(position)}
	if err := w.fill(ctx, limit); err != nil {
		return nil, "", err
	}
	slices.SortFunc(w.views, func(a, b UserView) int { return cmp.Compare(a.ID, b.ID) })
	next, err := u.sealCursor(ctx, c, list, string(w.place))
	return w.views, next, err
}

func (q UserQuery) check() error {
	var wrong []FieldError
	states := []State{"", StateNotAvailable, StateNotApplicable, StateNotRequired, StatePending, StateActive}
	if !slices.Contains(states, q.State) {
		wrong = append(wrong, FieldError{"/query/state", "It is not a state of a user."})
	}
	if q.Role != "" && !validRole(q.Role) {
		wrong = append(wrong, FieldError{"/query/role", "It does not have the form of a role."})
	}
	if detail := checkText(q.Q, MaxEmail); detail != "" {
		wrong = append(wrong, FieldError{"/query/q", detail})
	}
	return invalidFields(wrong)
}

// name tells this question from every other; a cursor is bound to it. The size
// of a page may change on the way.
func (q UserQuery) name(tenant string) string {
	chosen := func(b *bool) string {
		if b == nil {
			return ""
		}
		return fmt.Sprint(*b)
	}
	parts := []string{tenant, string(q.State), q.Role, chosen(q.Locked), chosen(q.ResetRequested), q.Q}
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return "users:" + hex.EncodeToString(sum[:16])
}

// passes applies the filters to a user as he is shown.
func (q UserQuery) passes(v UserView) bool {
	switch {
	case q.State != "" && v.State != q.State, q.Role != "" && v.Role != q.Role:
		return false
	case q.Locked != nil && *q.Locked != (v.Locked != ""):
		return false
	}
	return q.ResetRequested == nil || *q.ResetRequested == v.ResetRequested
}
