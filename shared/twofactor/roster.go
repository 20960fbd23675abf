package twofactor

import "slices"

// rosterRole is the role under which a user stands in the roster; "" when he
// does not: not there, not active, or an ordinary user.
func rosterRole(a *Auth) string {
	if a == nil || !a.Active || a.Role == RoleUser {
		return ""
	}
	return a.Role
}

// moved is a copy of the roster with a user moved from one role to another;
// "" stands for neither. A nil roster is one that was never written.
func (r *Roster) moved(ref Ref, from, to string) *Roster {
	next := &Roster{Tenant: ref.Tenant, Roles: map[string]RosterRole{}}
	if r != nil {
		next.Meta = r.Meta
		for role, users := range r.Roles {
			next.Roles[role] = users
		}
	}
	if from != "" {
		next.remove(from, ref.User)
	}
	if to != "" {
		next.add(to, ref.User)
	}
	return next
}

func (r *Roster) add(role, user string) {
	part := r.Roles[role]
	at, there := slices.BinarySearch(part.Users, user)
	if !there && len(part.Users) < RosterSize {
		part.Users = slices.Insert(slices.Clone(part.Users), at, user)
	}
	part.Count++
	r.Roles[role] = part
}

func (r *Roster) remove(role, user string) {
	part := r.Roles[role]
	if at, there := slices.BinarySearch(part.Users, user); there {
		part.Users = slices.Delete(slices.Clone(part.Users), at, at+1)
	}
	part.Count--
	if part.Count <= 0 {
		delete(r.Roles, role)
		return
	}
	r.Roles[role] = part
}

// deciders counts the active users who could decide resets under a policy.
func (r *Roster) deciders(p Policy) int {
	n := 0
	if r == nil {
		return n
	}
	for role, users := range r.Roles {
		if p.holds(role, PermResetsDecide) {
			n += users.Count
		}
	}
	return n
}

// keepsDecider refuses a change after which nobody could decide resets any
// more (contract §6). A tenant that never had anybody is free, and so is one
// with a parent, whose administrators can.
func keepsDecider(t *Tenant, before, after int) error {
	if t.Parent != "" || before == 0 || after > 0 {
		return nil
	}
	return refuse(CodeLastAdministrator, "Nobody would be left who can decide resets.")
}
