package twofactor

import (
	"hash/fnv"
	"strings"
	"time"
)

// A cell holds the users of a tenant whom every policy treats alike. Its name
// is what they have in common: role, sign-in, own requirement, factor and
// flags, parted by slashes, none of which can hold one. The policy is no part
// of it: it is applied when the counts are read, so that saving a policy moves
// nobody.
const (
	flagActive     = 'a'
	flagAddress    = '@'
	flagResetMark  = 'm'
	flagActivation = 'w'
	flagLocked     = 'l'
	flagRequest    = 'r'
)

// The factor states of a cell.
const (
	cellNoFactor       = "none"
	cellActiveFactor   = "active"
	cellDisabledFactor = "disabled"
)

// cellOf names the cell that a user stands in at now; "" for a user who is not
// there.
func cellOf(a *Auth, now time.Time) string {
	if a == nil {
		return ""
	}
	factor := cellNoFactor
	switch {
	case a.Factor != nil && a.Factor.Disabled:
		factor = cellDisabledFactor
	case a.Factor != nil:
		factor = cellActiveFactor
	}
	var flags strings.Builder
	for _, f := range []struct {
		flag rune
		set  bool
	}{
		{flagActive, a.Active},
		{flagAddress, a.EmailHint != ""},
		{flagResetMark, a.ResetMark},
		{flagActivation, a.ActivationRequested},
		{flagLocked, a.Factor != nil && a.Attempts.lock(now).any()},
		{flagRequest, a.openReset(now) != nil},
	} {
		if f.set {
			flags.WriteRune(f.flag)
		}
	}
	return strings.Join([]string{a.Role, string(a.SignIn), string(a.Requirement.At(now)), factor, flags.String()}, "/")
}

// cellUser is somebody who stands in a cell: enough of a user for the rules of
// contract §6. ok is false for a name that this version does not know.
func cellUser(tenant, cell string, now time.Time) (user *Auth, ok bool) {
	parts := strings.Split(cell, "/")
	if len(parts) != 5 {
		return nil, false
	}
	flag := func(f rune) bool { return strings.ContainsRune(parts[4], f) }
	user = &Auth{
		Ref: Ref{Tenant: tenant}, CreatedAt: now, Role: parts[0], SignIn: SignIn(parts[1]),
		Requirement: Requirement{Value: RequirementValue(parts[2])},
		Active:      flag(flagActive), ResetMark: flag(flagResetMark), ActivationRequested: flag(flagActivation),
	}
	if parts[3] != cellNoFactor {
		user.Factor = &Factor{Disabled: parts[3] == cellDisabledFactor}
	}
	if flag(flagAddress) {
		user.EmailHint = hiddenPart
	}
	if flag(flagLocked) {
		user.Attempts.PausedUntil = now.Add(pauseFirst)
	}
	if flag(flagRequest) {
		user.OpenReset = &OpenReset{CreatedAt: now}
	}
	return user, true
}

// hiddenPart stands for an address of which nothing is known but that it is
// there.
const hiddenPart = "•••"

// countShard is the shard that a user is counted in.
func countShard(user string) int {
	h := fnv.New32a()
	_, _ = h.Write([]byte(user))
	return int(h.Sum32() % CountShards)
}

// moved is the shard after a user went from one cell to another; "" is nowhere.
func (c *Count) moved(from, to string) *Count {
	next := *c
	next.Cells = make(map[string]int, len(c.Cells)+1)
	for cell, n := range c.Cells {
		next.Cells[cell] = n
	}
	for cell, by := range map[string]int{from: -1, to: 1} {
		if cell == "" {
			continue
		}
		if next.Cells[cell] += by; next.Cells[cell] == 0 {
			delete(next.Cells, cell)
		}
	}
	return &next
}
