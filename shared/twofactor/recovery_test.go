package twofactor_test

import (
	"bytes"
	"encoding/base32"
	"fmt"
	"strings"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// RC-01: 120 bits each, all different, shown once, and nowhere in the table.
func TestRC01BackupCodesHave120BitsAndStandNowhere(t *testing.T) {
	r, jane := enrolledRig(t)
	if len(jane.codes) != 10 {
		t.Fatalf("%d codes", len(jane.codes))
	}
	crockford := base32.NewEncoding("0123456789ABCDEFGHJKMNPQRSTVWXYZ").WithPadding(base32.NoPadding)
	seen := map[string]bool{}
	for _, code := range jane.codes {
		plain := strings.ReplaceAll(code.Reveal(), "-", "")
		raw, err := crockford.DecodeString(plain)
		if err != nil || len(raw) != 15 || len(code) != 29 || seen[plain] {
			t.Errorf("a code of %d characters, %d bytes, twice %v: %v", len(code), len(raw), seen[plain], err)
		}
		seen[plain] = true
	}
	for _, entry := range r.store.Feed(0, 1<<20) {
		written := fmt.Sprintf("%+v %+v %+v", entry.Old, entry.New, entry.Event)
		for code := range seen {
			if strings.Contains(written, code) {
				t.Fatal("a record holds a backup code")
			}
		}
	}
	for _, hash := range r.auth(jane.ref).Factor.Backup {
		for code := range seen {
			if bytes.Contains([]byte(code), hash[:]) {
				t.Error("a code is stored as it is")
			}
		}
	}
}

func TestRC02ABackupCodeWorksOnceAndItsOwnerHearsOfIt(t *testing.T) {
	r, jane := enrolledRig(t)
	answer, err := r.code(jane.ref, twofactor.MethodBackupCode, jane.codes[0])
	r.ok(err)
	if answer.BackupCodesLeft != 9 || r.auth(jane.ref).Factor == nil {
		t.Errorf("%d codes are left", answer.BackupCodesLeft)
	}
	last := r.events()[len(r.events())-1]
	if last.Detail[twofactor.DetailCodesLeft] != "9" || r.asked(twofactor.MailBackupCodeUsed) != 1 {
		t.Errorf("the event says %v", last.Detail)
	}
	_, err = r.code(jane.ref, twofactor.MethodBackupCode, jane.codes[0])
	r.refused(err, twofactor.CodeCodeReplayed)
	if a := r.auth(jane.ref).Attempts; len(a.Wrong) != 0 {
		t.Error("a replay was charged")
	}
}

// RC-04: one code at once is accepted once; two are both spent, or one
// of them must be sent again.
func TestRC04TwoBackupCodesAtOnceAreBothSpentOrOneIsBusy(t *testing.T) {
	for range 20 {
		r, jane := enrolledRig(t)
		codes := make(chan twofactor.Secret, 2)
		codes <- jane.codes[0]
		codes <- jane.codes[1]
		approved := 0
		for _, err := range parallel(2, func() error {
			_, err := r.code(jane.ref, twofactor.MethodBackupCode, <-codes)
			return err
		}) {
			if err == nil {
				approved++
				continue
			}
			r.refused(err, twofactor.CodeConflict)
		}
		spent := 0
		for mask := r.auth(jane.ref).Factor.Spent; mask != 0; mask >>= 1 {
			spent += int(mask & 1)
		}
		if spent != approved || approved == 0 {
			t.Fatalf("%d approvals, %d codes spent", approved, spent)
		}
	}
}

func TestRC04OneBackupCodeSentManyTimesAtOnceIsAcceptedOnce(t *testing.T) {
	r, jane := enrolledRig(t)
	approved := 0
	for _, err := range parallel(100, func() error {
		_, err := r.code(jane.ref, twofactor.MethodBackupCode, jane.codes[4])
		return err
	}) {
		if err == nil {
			approved++
			continue
		}
		r.refused(err, twofactor.CodeCodeReplayed, twofactor.CodeConflict)
	}
	if approved != 1 {
		t.Errorf("%d approvals", approved)
	}
}

// RC-05: from the moment the new codes are there no old one is accepted.
func TestRC05NewBackupCodesRacingTheUseOfAnOldOne(t *testing.T) {
	for range 20 {
		r, jane := enrolledRig(t)
		own, login := r.selfService(jane.ref), r.signIn(jane.ref).Login
		steps := make(chan func() error, 2)
		steps <- func() error {
			_, err := r.enroll.BackupCodes(r.ctx, r.person(own), twofactor.ProofInput{Code: jane.code(r.clock())})
			return err
		}
		steps <- func() error {
			_, err := r.codeAt(login, twofactor.MethodBackupCode, jane.codes[0])
			return err
		}
		for _, err := range parallel(2, func() error { return (<-steps)() }) {
			if err != nil {
				r.refused(err, twofactor.CodeBackupCodeWrong, twofactor.CodeConflict)
			}
		}
		for _, old := range jane.codes[:3] {
			if _, err := r.code(jane.ref, twofactor.MethodBackupCode, old); err == nil {
				t.Fatal("an old code was accepted after the new ones were made")
			}
		}
	}
}

func TestRC05OldBackupCodesAreDeadAndTheNewOnesWork(t *testing.T) {
	r, jane := enrolledRig(t)
	_, err := r.code(jane.ref, twofactor.MethodBackupCode, jane.codes[9])
	r.ok(err)
	fresh, err := r.enroll.BackupCodes(r.ctx, r.person(r.selfService(jane.ref)), twofactor.ProofInput{Code: jane.code(r.clock())})
	r.ok(err)
	_, err = r.code(jane.ref, twofactor.MethodBackupCode, jane.codes[0])
	r.refused(err, twofactor.CodeBackupCodeWrong)
	for i, code := range fresh {
		r.pass(time.Second)
		answer, err := r.code(jane.ref, twofactor.MethodBackupCode, code)
		r.ok(err)
		if answer.BackupCodesLeft != 9-i {
			t.Errorf("%d codes are left", answer.BackupCodesLeft)
		}
	}
	if r.asked(twofactor.MailBackupCodesReplaced) != 1 {
		t.Error("no mail about new codes was asked for")
	}
}

// RC-06: the same budget as every other door, and one hash for each guess.
func TestRC06WrongBackupCodesShareTheLockAndCostOneHash(t *testing.T) {
	r, jane := enrolledRig(t)
	login := r.signIn(jane.ref).Login
	for i := range 7 {
		before := r.vault.hashes.Load()
		_, err := r.codeAt(login, twofactor.MethodBackupCode, twofactor.Secret(fmt.Sprintf("%024d", i)))
		cost := r.vault.hashes.Load() - before
		if i < 5 {
			r.refused(err, twofactor.CodeBackupCodeWrong)
		} else {
			r.refused(err, twofactor.CodeThrottled)
		}
		if want := int64(1); i < 5 && cost != want || i >= 5 && cost != 0 {
			t.Errorf("guess %d cost %d hashes", i+1, cost)
		}
	}
	_, err := r.code(jane.ref, twofactor.MethodTOTP, jane.code(r.clock()))
	r.refused(err, twofactor.CodeThrottled)
}

func TestRC07AnotherSpellingOfASpentCodeIsSpent(t *testing.T) {
	r, jane := enrolledRig(t)
	code := jane.codes[0].Reveal()
	_, err := r.code(jane.ref, twofactor.MethodBackupCode, twofactor.Secret(strings.ToLower(code)))
	r.ok(err)
	plain := strings.ReplaceAll(code, "-", "")
	for _, again := range []string{code, plain, strings.ReplaceAll(plain, "0", "o"), strings.ReplaceAll(plain, "1", "l"), " " + plain} {
		_, err = r.code(jane.ref, twofactor.MethodBackupCode, twofactor.Secret(again))
		r.refused(err, twofactor.CodeCodeReplayed)
	}
}

// RC-08: where only the app's code will do, a backup code does not.
func TestRC08ABackupCodeIsNoCodeOfTheApp(t *testing.T) {
	r, jane := enrolledRig(t, remember30)
	own := r.selfService(jane.ref)
	fresh := r.begun(own, jane.code(r.clock()))
	_, err := r.enroll.Confirm(r.ctx, r.person(own), jane.codes[0])
	r.refused(err, twofactor.CodeInvalid)
	_, err = r.code(jane.ref, twofactor.MethodTOTP, jane.codes[0])
	r.refused(err, twofactor.CodeInvalid)
	_, _, err = r.enroll.Email(r.ctx, r.person(own), &jane.codes[0])
	r.refused(err, twofactor.CodeInvalid)
	if len(fresh.secret) == 0 || r.auth(jane.ref).Factor.Spent != 0 {
		t.Error("a backup code was spent")
	}
}

func TestRC09WithoutBackupCodesNoneIsRight(t *testing.T) {
	r, jane := enrolledRig(t, func(p *twofactor.Policy) { p.BackupCodes = 0 })
	if len(jane.codes) != 0 {
		t.Fatalf("%d codes were made", len(jane.codes))
	}
	for code, want := range map[twofactor.Secret]twofactor.Code{
		"": twofactor.CodeInvalid, "000000000000000000000000": twofactor.CodeBackupCodeWrong,
	} {
		_, err := r.code(jane.ref, twofactor.MethodBackupCode, code)
		r.refused(err, want)
	}
}

func TestRC10ABackupCodeOfTheWrongShapeIsNotHashed(t *testing.T) {
	r, jane := enrolledRig(t)
	login, hashes, version := r.signIn(jane.ref).Login, r.vault.hashes.Load(), r.auth(jane.ref).Version
	for _, code := range []twofactor.Secret{
		jane.codes[0][:4], jane.codes[0][:28], twofactor.Secret(strings.Repeat("0", 10_240)), "!", jane.codes[0] + "0",
	} {
		_, err := r.codeAt(login, twofactor.MethodBackupCode, code)
		r.refused(err, twofactor.CodeInvalid)
	}
	if r.vault.hashes.Load() != hashes || r.auth(jane.ref).Version != version {
		t.Error("hashed or charged")
	}
}

// RC-11: codes that were shown and never came to count.
func TestRC11CodesOfAnEnrolmentThatWasNotCompletedAreWrong(t *testing.T) {
	r, jane := enrolledRig(t)
	own := r.selfService(jane.ref)
	fresh := r.begun(own, jane.code(r.clock()))
	first, err := r.enroll.Confirm(r.ctx, r.person(own), fresh.code(r.clock()))
	r.ok(err)
	second, err := r.enroll.Confirm(r.ctx, r.person(own), fresh.code(r.clock()))
	r.ok(err)
	for _, code := range []twofactor.Secret{first[0], second[0]} {
		_, err = r.code(jane.ref, twofactor.MethodBackupCode, code)
		r.refused(err, twofactor.CodeBackupCodeWrong)
	}
	_, err = r.enroll.Complete(r.ctx, r.person(own), true)
	r.ok(err)
	for code, want := range map[twofactor.Secret]bool{first[0]: false, jane.codes[0]: false, second[0]: true} {
		if _, err = r.code(jane.ref, twofactor.MethodBackupCode, code); (err == nil) != want {
			t.Errorf("after complete: %v, want accepted %v", err, want)
		}
	}
}

// RC-12: one list gives one means of recovery. What a backup code did away
// with cannot be had back with another code of the same list.
func TestRC12TheListThatRemovedTheFactorGivesNothingMore(t *testing.T) {
	r, jane := enrolledRig(t, func(p *twofactor.Policy) {
		p.Mode, p.Recovery, p.EmailVerification = twofactor.ModeRequired, twofactor.RecoveryReset, twofactor.EmailAfterReset
	})
	early, other := r.signIn(jane.ref).Login, r.signIn(jane.ref).Login
	answer, err := r.codeAt(early, twofactor.MethodBackupCode, jane.codes[0])
	r.ok(err)
	if answer.Result != twofactor.ResultFactorReset || answer.Assertion != "" || answer.Login == "" {
		t.Fatalf("got %+v", answer)
	}
	for _, code := range jane.codes {
		for _, login := range []twofactor.Secret{early, other} {
			_, err = r.codeAt(login, twofactor.MethodBackupCode, code)
			r.refused(err, twofactor.CodeLoginUsed)
		}
		_, err = r.codeAt(r.signIn(jane.ref).Login, twofactor.MethodBackupCode, code)
		r.refused(err, twofactor.CodeNoFactor)
	}
	// Another login, by whoever has the password, must prove the mailbox.
	shown, err := r.begin(r.signIn(jane.ref).Login)
	r.ok(err)
	if !shown.EmailRequired || shown.Secret != "" || shown.URI != "" || len(shown.PNG) != 0 {
		t.Error("without the backup code's own login the secret was shown")
	}
	// The login that gave the code enrols, and is the one that is let in.
	p, done := r.enrolWith(answer.Login)
	if a := r.read(done.Assertion); a.LoginID != answer.LoginID || a.ACR != "2fa" || a.Generation != r.auth(p.ref).Generation {
		t.Errorf("the assertion is %+v", a)
	}
	for _, old := range jane.codes {
		_, err = r.code(jane.ref, twofactor.MethodBackupCode, old)
		if err == nil {
			t.Fatal("an old code counts for the new factor")
		}
	}
}
