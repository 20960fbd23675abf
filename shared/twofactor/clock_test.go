package twofactor_test

import (
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// FT-12: instances whose clocks differ by five minutes, either way.
func TestFT12AClockThatJumpsAcceptsNoCodeTwice(t *testing.T) {
	for _, jump := range []time.Duration{5 * time.Minute, -5 * time.Minute} {
		r, jane := enrolledRig(t)
		r.pass(time.Hour)
		start := r.clock()
		accepted := map[twofactor.Secret]int{}
		for _, at := range []time.Time{start, start.Add(jump), start, start.Add(30 * time.Second), start.Add(jump), start.Add(-jump)} {
			r.moveTo(at)
			for _, step := range []time.Time{start, start.Add(jump), start.Add(30 * time.Second), at} {
				code := jane.code(step)
				if _, err := r.code(jane.ref, twofactor.MethodTOTP, code); err == nil {
					accepted[code]++
				}
			}
		}
		for _, times := range accepted {
			if times > 1 {
				t.Errorf("with a jump of %v one code counted %d times", jump, times)
			}
		}
		if len(accepted) == 0 {
			t.Errorf("with a jump of %v no code counted", jump)
		}
	}
}

func TestFT12AClockThatJumpsLocksNobodyForGood(t *testing.T) {
	for _, jump := range []time.Duration{5 * time.Minute, -5 * time.Minute} {
		r, jane := enrolledRig(t)
		r.pass(time.Hour)
		start := r.clock()
		r.moveTo(start.Add(jump))
		_ = r.miss(jane, 5)
		r.moveTo(start)
		for waited := time.Duration(0); ; waited += 30 * time.Second {
			r.moveTo(start.Add(waited))
			if _, err := r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock())); err == nil {
				break
			}
			if waited > 6*time.Minute {
				t.Fatalf("with a jump of %v a pause of 30 seconds lasts longer than %v", jump, waited)
			}
		}
	}
}
