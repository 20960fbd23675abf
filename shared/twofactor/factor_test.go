package twofactor

import (
	"slices"
	"testing"
	"time"
)

// inState is a user whose factor stands there, with all that hangs on it.
func inState(s FactorState) *Auth {
	a := &Auth{
		Ref: Ref{"acme", "jane"}, Generation: 7, ResetMark: s == FactorNone, ActivationRequested: s == FactorNone,
		Attempts: Attempts{InARow: 3, Wrong: every(noon, time.Second, 3)}, Link: "link", OpenReset: &OpenReset{ID: "r"},
	}
	if s != FactorNone {
		a.Factor = &Factor{Secret: SecretBytes("old"), Disabled: s == FactorDisabled, Backup: []BackupHash{{1}}}
	}
	return a
}

// Each move is made by the function that the use cases call; where the table
// has no such move, the function is not called there or leaves the state.
var makeMove = map[FactorMove]func(*Auth){
	MoveEnroll:       func(a *Auth) { a.bind(Factor{Secret: SecretBytes("new")}) },
	MoveChangeDevice: func(a *Auth) { a.bind(Factor{Secret: SecretBytes("new")}) },
	MoveRemove:       (*Auth).unbind,
	MoveDisable: func(a *Auth) {
		a.Attempts.InARow = disableAfter - 1
		*a = prove(a, factorKey{secret: make([]byte, 20)}, 1, ProofInput{MethodTOTP, wrongCode(make([]byte, 20), noon)}, noon).next
	},
	MoveEnable: func(a *Auth) {
		key := factorKey{data: &plainKey{}}
		a.Factor.Backup = []BackupHash{key.data.HashBackupCode("C", key.bind)}
		*a = prove(a, key, 1, ProofInput{MethodBackupCode, "C"}, noon).next
	},
}

func TestTheTableOfMovesIsWhatTheFunctionsDo(t *testing.T) {
	seen := map[FactorMove]bool{}
	for _, row := range FactorMoves {
		seen[row.Move] = true
		a := inState(row.From)
		if a.factorState() != row.From {
			t.Fatalf("a user in state %s reads as %s", row.From, a.factorState())
		}
		makeMove[row.Move](a)
		if got := a.factorState(); got != row.To {
			t.Errorf("%s from %s leads to %s, the table says %s", row.Move, row.From, got, row.To)
		}
	}
	for move := range makeMove {
		if !seen[move] {
			t.Errorf("%s is not in the table", move)
		}
	}
	if len(seen) != len(makeMove) {
		t.Error("a move of the table is made by nothing")
	}
}

func TestOnlyABackupCodeOrAnUnlockEnablesADisabledFactor(t *testing.T) {
	for _, move := range []FactorMove{MoveDisable, MoveChangeDevice, MoveEnroll} {
		if slices.ContainsFunc(FactorMoves, func(row struct {
			From FactorState
			Move FactorMove
			To   FactorState
		}) bool {
			return row.Move == move && row.From == FactorDisabled
		}) {
			t.Errorf("%s leads out of disabled", move)
		}
	}
	a := inState(FactorDisabled)
	secret := make([]byte, 20)
	p := prove(a, factorKey{secret: secret}, 1, ProofInput{MethodTOTP, rightCode(secret, noon)}, noon)
	if p.write || CodeOf(p.err()) != CodeFactorDisabled || p.next.factorState() != FactorDisabled {
		t.Errorf("a right code from the app got %v", p.err())
	}
}

func TestANewFactorBeginsAnewAndEndsWhatAskedForIt(t *testing.T) {
	a := inState(FactorNone)
	a.bind(Factor{Secret: SecretBytes("new")})
	if a.Generation != 8 || a.ResetMark || a.ActivationRequested || a.Link != "" || a.OpenReset != nil {
		t.Errorf("left over: %+v", a)
	}
	if a.Attempts.InARow != 0 || a.Attempts.Wrong != nil {
		t.Error("the throttle of the old factor counts for the new one")
	}
}

func TestARemovedFactorLeavesNothingThatWasMadeForIt(t *testing.T) {
	a := inState(FactorDisabled)
	a.unbind()
	if a.Generation != 8 || a.Factor != nil || a.Link != "" || a.OpenReset != nil || len(a.Attempts.Wrong) != 0 {
		t.Errorf("left over: %+v", a)
	}
}

func TestSpentBackupCodesAreStillFoundAndNotCounted(t *testing.T) {
	f := &Factor{Backup: []BackupHash{{1}, {2}, {3}}, Spent: 0b010}
	if f.codesLeft() != 2 || f.findBackup(BackupHash{2}) != 1 || !f.spent(1) || f.spent(0) || f.spent(2) {
		t.Errorf("%d left, found at %d", f.codesLeft(), f.findBackup(BackupHash{2}))
	}
	if f.findBackup(BackupHash{9}) != -1 || (*Factor)(nil).codesLeft() != 0 {
		t.Error("a code was found where there is none")
	}
}
