package twofactor

import (
	"crypto/subtle"
	"math/bits"
)

// FactorState is where a user's factor stands.
type FactorState string

// The states of a factor.
const (
	FactorNone     FactorState = "none"
	FactorActive   FactorState = "active"
	FactorDisabled FactorState = "disabled"
)

// FactorMove is a change of a factor's state.
type FactorMove string

// The moves.
const (
	MoveEnroll       FactorMove = "enroll"
	MoveChangeDevice FactorMove = "change_device"
	MoveDisable      FactorMove = "disable_by_wrong_codes"
	MoveEnable       FactorMove = "enable_by_backup_code_or_unlock"
	MoveRemove       FactorMove = "remove"
)

// FactorMoves is the table of states and moves; docs/architecture.md draws it,
// and a test holds the two together. A pending enrolment is no state of the
// factor: the old factor counts until complete.
var FactorMoves = []struct {
	From FactorState
	Move FactorMove
	To   FactorState
}{
	{FactorNone, MoveEnroll, FactorActive},
	{FactorActive, MoveChangeDevice, FactorActive},
	{FactorActive, MoveDisable, FactorDisabled},
	{FactorDisabled, MoveEnable, FactorActive},
	{FactorActive, MoveRemove, FactorNone},
	{FactorDisabled, MoveRemove, FactorNone},
}

// factorState reads the state off the record.
func (a *Auth) factorState() FactorState {
	switch {
	case a.Factor == nil:
		return FactorNone
	case a.Factor.Disabled:
		return FactorDisabled
	}
	return FactorActive
}

// bind puts a new factor in place: a new generation, a fresh throttle, and
// every mark that asked for it gone.
func (a *Auth) bind(f Factor) {
	a.Generation++
	a.Factor = &f
	a.Attempts = Attempts{}
	a.ResetMark = false
	a.ActivationRequested = false
	a.Link = ""
	a.OpenReset = nil
}

// unbind removes the factor and all that belongs to it: what was made for the
// old generation is dead.
func (a *Auth) unbind() {
	a.Generation++
	a.Factor = nil
	a.Attempts = Attempts{}
	a.Link = ""
	a.OpenReset = nil
}

// codesLeft counts the backup codes that were not used.
func (f *Factor) codesLeft() int {
	if f == nil {
		return 0
	}
	return len(f.Backup) - bits.OnesCount16(f.Spent)
}

// findBackup looks for a hash among all codes, spent ones included, in
// constant time; -1 when there is none.
func (f *Factor) findBackup(hash BackupHash) int {
	found := -1
	for i := range f.Backup {
		match := subtle.ConstantTimeCompare(f.Backup[i][:], hash[:])
		found = subtle.ConstantTimeSelect(match, i, found)
	}
	return found
}

func (f *Factor) spent(i int) bool { return f.Spent&(1<<i) != 0 }
