package twofactor

import (
	"context"
	"strings"
)

// place is where a list of users goes on: which of the two indexes, and the
// position in it. The empty place is behind the end.
type place string

// The two parts of a list of users: by id, then, for a search, by address.
const (
	byID      = "i"
	byAddress = "a"
)

// start is the place that a cursor holds; "" begins. A search for what no id
// begins with goes straight to the addresses.
func (q UserQuery) start(position string) place {
	switch {
	case position != "":
		return place(position)
	case q.Q != "" && !ValidID(q.Q):
		return byAddress
	}
	return byID
}

// next is the place behind a page that ended at position, "" for the end of
// its part.
func (q UserQuery) next(at place, position string) place {
	part := at[:1]
	switch {
	case position != "":
		return part + place(position)
	case part == byID && q.Q != "":
		return byAddress
	}
	return ""
}

// userWalk collects one page of users.
type userWalk struct {
	Deps
	access *access
	query  UserQuery
	place  place
	views  []UserView
}

// fill reads on until there are limit users, the list is at its end or enough
// was read for one call.
func (w *userWalk) fill(ctx context.Context, limit int) error {
	for range listRounds {
		room := limit - len(w.views)
		if room == 0 || w.place == "" {
			return nil
		}
		page, err := w.Store.List(ctx, w.question(room))
		if err != nil {
			return unavailable(err)
		}
		if err := w.add(ctx, page.Records); err != nil {
			return err
		}
		w.place = w.query.next(w.place, page.Next)
	}
	return nil
}

// question asks the index that the place stands in.
func (w *userWalk) question(limit int) Query {
	q := Query{Tenant: w.access.tenant.ID, After: string(w.place[1:]), Limit: limit}
	if w.place[:1] == byAddress {
		q.Kind, q.Prefix = KindAddress, FoldEmail(w.query.Q)
		return q
	}
	q.Kind, q.Prefix = KindDirectory, w.query.Q
	return q
}

// add shows the users of index records, in one read of what is missing. The
// index may be a moment behind: who is gone by now is left out. Users whom the
// first part of a search gave do not come again in the second.
func (w *userWalk) add(ctx context.Context, records []Record) error {
	var refs []Ref
	var wants []Want
	dirs := map[Ref]*Directory{}
	for _, record := range records {
		ref := Ref{Tenant: w.access.tenant.ID, User: record.Key().User}
		dir, listed := record.(*Directory)
		switch {
		case listed:
			dirs[ref] = dir
		case ValidID(w.query.Q) && strings.HasPrefix(ref.User, w.query.Q):
			continue
		default:
			wants = append(wants, Want{Key: DirectoryKey(ref), Eventually: true})
		}
		refs = append(refs, ref)
		wants = append(wants, Want{Key: AuthKey(ref), Eventually: true})
	}
	if len(wants) == 0 {
		return nil
	}
	found, err := w.load(ctx, wants...)
	if err != nil {
		return err
	}
	for _, ref := range refs {
		auth, dir := Get[Auth](found, AuthKey(ref)), dirs[ref]
		if dir == nil {
			dir = Get[Directory](found, DirectoryKey(ref))
		}
		w.show(auth, dir)
	}
	return nil
}

func (w *userWalk) show(auth *Auth, dir *Directory) {
	if auth == nil || dir == nil {
		return
	}
	if v := viewUser(w.access.situation(auth), dir); w.query.passes(v) {
		w.views = append(w.views, v)
	}
}
