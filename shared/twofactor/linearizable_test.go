package twofactor_test

import (
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/anishathalye/porcupine"

	"sallyport/shared/twofactor"
)

// try is one code that was given: a step from now, a wrong one, or a backup
// code.
type try struct {
	kind string
	n    int
}

// account is the throttle and the replay guard, written down once more as
// plainly as can be, for a clock that stands still.
type account struct {
	last   int
	row    int
	spent  uint16
	locked bool
}

// after is what one code does to an account, and what is answered.
func (a account) after(in try) (account, twofactor.Code) {
	switch {
	case a.locked:
		return a, twofactor.CodeThrottled
	case in.kind == "step" && in.n > a.last:
		return account{last: in.n, spent: a.spent}, ""
	case in.kind == "backup" && a.spent&(1<<in.n) == 0:
		return account{last: a.last, spent: a.spent | 1<<in.n}, ""
	case in.kind == "step" || in.kind == "backup":
		return a, twofactor.CodeCodeReplayed
	}
	a.row++
	a.locked = a.row >= 5
	return a, twofactor.CodeCodeWrong
}

// oneAtATime says which histories are possible when calls are judged one after
// the other. A conflict decided nothing.
var oneAtATime = porcupine.Model{
	Init: func() any { return account{last: -1} },
	Step: func(state, input, output any) (bool, any) {
		if output.(twofactor.Code) == twofactor.CodeConflict {
			return true, state
		}
		next, want := state.(account).after(input.(try))
		return output.(twofactor.Code) == want, next
	},
	DescribeOperation: func(input, output any) string { return fmt.Sprintf("%v -> %q", input, output) },
}

// Whatever is given at the same moment, the answers are those of some order.
func TestCodesGivenAtTheSameTimeAreJudgedAsIfOneAfterTheOther(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	answers := map[twofactor.Code]int{}
	for range 40 {
		r, jane := enrolledRig(t)
		var tries []try
		for range 24 {
			switch random.IntN(8) {
			case 0, 1:
				tries = append(tries, try{"step", random.IntN(2)})
			case 2, 3:
				tries = append(tries, try{"backup", random.IntN(2)})
			case 4:
				tries = append(tries, try{"wrong", 0})
			default:
				tries = append(tries, try{"step", random.IntN(3) - 1})
			}
		}
		history := r.giveAll(jane, tries)
		for _, op := range history {
			answers[op.Output.(twofactor.Code)]++
		}
		switch porcupine.CheckOperationsTimeout(oneAtATime, history, 20*time.Second) {
		case porcupine.Illegal:
			t.Fatalf("no order explains %+v", history)
		case porcupine.Unknown:
			t.Fatal("the history could not be checked in time")
		}
	}
	for _, code := range []twofactor.Code{"", twofactor.CodeCodeReplayed, twofactor.CodeCodeWrong} {
		if answers[code] == 0 {
			t.Errorf("no history holds %q: %v", code, answers)
		}
	}
}

// giveAll gives every code in a login of its own, six at a time.
func (r *rig) giveAll(p phone, tries []try) []porcupine.Operation {
	history := make([]porcupine.Operation, len(tries))
	var tick atomic.Int64
	var all sync.WaitGroup
	for client := range 6 {
		all.Go(func() {
			for i := client; i < len(tries); i += 6 {
				login := r.person(r.signIn(p.ref).Login)
				in := r.input(p, tries[i])
				called := tick.Add(1)
				_, err := r.verify.Code(r.ctx, login, in)
				history[i] = porcupine.Operation{
					ClientId: client, Input: tries[i], Output: twofactor.CodeOf(err), Call: called, Return: tick.Add(1),
				}
			}
		})
	}
	all.Wait()
	return history
}

func (r *rig) input(p phone, in try) twofactor.CodeInput {
	switch in.kind {
	case "step":
		return twofactor.CodeInput{Code: p.code(r.clock(), in.n)}
	case "backup":
		return twofactor.CodeInput{Method: twofactor.MethodBackupCode, Code: p.codes[in.n]}
	}
	return twofactor.CodeInput{Code: p.wrong(r.clock())}
}
