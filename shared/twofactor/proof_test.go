package twofactor

import (
	"crypto/sha256"
	"errors"
	"reflect"
	"strings"
	"testing"
	"time"

	"sallyport/shared/totp"
)

// plainKey hashes without any secret, and counts.
type plainKey struct{ hashes int }

func (k *plainKey) Seal(plain []byte, _ Binding) (SecretBytes, error) { return plain, nil }

func (k *plainKey) Open(sealed SecretBytes, _ Binding) ([]byte, error) {
	if len(sealed) == 0 {
		return nil, errors.New("nothing is sealed here")
	}
	return sealed, nil
}

func (k *plainKey) HashBackupCode(code Secret, bind Binding) BackupHash {
	k.hashes++
	sum := sha256.Sum256([]byte(bind.Tenant + "|" + bind.User + "|" + bind.Incarnation + "|" +
		string(rune(bind.Generation)) + "|" + code.Reveal()))
	return BackupHash(sum[:16])
}

func rightCode(secret []byte, now time.Time) Secret { return codeOfStep(secret, totp.Step(now)) }

func codeOfStep(secret []byte, step uint64) Secret { return Secret(totp.Code(secret, step)) }

// wrongCode is of no step near now.
func wrongCode(secret []byte, now time.Time) Secret {
	for _, code := range []string{"000000", "111111", "222222", "333333", "444444", "555555"} {
		if _, ok := totp.Match(secret, code, now, 2); !ok {
			return Secret(code)
		}
	}
	panic("six codes in a window of five")
}

// exam is a user with a factor and its keys.
type exam struct {
	user *Auth
	data *plainKey
	key  factorKey
}

func newExam(codes ...Secret) exam {
	data := &plainKey{}
	e := exam{data: data, key: factorKey{secret: []byte("12345678901234567890"), data: data}}
	e.user = &Auth{Ref: Ref{"acme", "jane"}, Factor: &Factor{}}
	e.key.bind = binding(e.user, 0)
	for _, code := range codes {
		e.user.Factor.Backup = append(e.user.Factor.Backup, data.HashBackupCode(code, e.key.bind))
	}
	data.hashes = 0
	return e
}

// try judges a code as a person typed it, and keeps what came of it.
func (e *exam) try(method Method, code Secret, now time.Time) Code {
	in, err := ProofInput{Method: method, Code: code}.canonical()
	if err != nil {
		return CodeOf(err)
	}
	p := prove(e.user, e.key, 1, in, now)
	if p.write {
		next := p.next
		e.user = &next
	}
	return CodeOf(p.err())
}

const backupOne, backupTwo = "0123456789ABCDEFGHJKMNPQ", "1123456789ABCDEFGHJKMNPQ"

// RC-07: one canonical form, used for comparing and for burning.
func TestRC07EverySpellingOfABackupCodeIsTheSameCode(t *testing.T) {
	spellings := []Secret{
		backupOne, "0123-4567-89AB-CDEF-GHJK-MNPQ", "o1234-56789abcdefghjkmnpq", "Oi23 4567 89ab cdef ghjk mnpq",
		"OL23-4567-89AB-CDEF-GHJK-MNPQ", " 0123456789ABCDEFGHJKMNPQ ", "0-1-2-3-4-5-6-7-8-9-A-B-C-D-E-F-G-H-J-K-M-N-P-Q",
	}
	for _, typed := range spellings {
		in, err := ProofInput{Method: MethodBackupCode, Code: typed}.canonical()
		if err != nil || in.Code != backupOne {
			t.Errorf("spelling %d: %v", len(typed), err)
		}
	}
	for first := range spellings {
		for second := range spellings {
			e := newExam(backupOne, backupTwo)
			if got := e.try(MethodBackupCode, spellings[first], noon); got != "" {
				t.Fatalf("spelling %d is refused: %s", first, got)
			}
			if got := e.try(MethodBackupCode, spellings[second], noon); got != CodeCodeReplayed {
				t.Errorf("spelling %d after %d: %q", second, first, got)
			}
			if left := e.user.Factor.codesLeft(); left != 1 {
				t.Errorf("%d codes are left", left)
			}
		}
	}
}

// RC-09, RC-10: no shape but the right one is hashed, charged or matched.
func TestRC10ACodeOfTheWrongShapeIsNeitherHashedNorCharged(t *testing.T) {
	e := newExam(backupOne)
	// A slot that was never filled must match nothing.
	e.user.Factor.Backup = append(e.user.Factor.Backup, BackupHash{})
	before := *e.user
	for _, typed := range []Secret{
		"", " ", "----", Secret(backupOne[:23]), backupOne + "0", Secret(strings.Repeat("0", 10_000)), "0123456789ABCDEFGHJKMNPU",
		"0123456789ABCDEFGHJKMNP\x00", "0123456789ABCDEFGHJKMNPİ", "０１２３４５６７８９ABCDEFGHJKMNPQ",
	} {
		if got := e.try(MethodBackupCode, typed, noon); got != CodeInvalid {
			t.Errorf("a backup code of %d bytes: %q", len(typed), got)
		}
	}
	for _, typed := range []Secret{
		"", "12345", "1234567", " 123456", "123456 ", "+12345", "12345a", "１２３４５６", "1.2e5", "12 3456", "\x00\x00\x00\x00\x00\x00", backupOne,
	} {
		if got := e.try(MethodTOTP, typed, noon); got != CodeInvalid {
			t.Errorf("a code of %d bytes: %q", len(typed), got)
		}
	}
	if got := e.try("sms", "123456", noon); got != CodeInvalid {
		t.Errorf("an unknown method: %q", got)
	}
	if e.data.hashes != 0 || !reflect.DeepEqual(*e.user, before) {
		t.Errorf("%d hashes were made, the user is %+v", e.data.hashes, e.user)
	}
}

func TestRC09WithNoCodesLeftEveryBackupCodeIsRefused(t *testing.T) {
	for name, e := range map[string]exam{"none were made": newExam(), "all are spent": newExam(backupOne)} {
		e.user.Factor.Spent = 1
		want := CodeBackupCodeWrong
		if len(e.user.Factor.Backup) > 0 {
			want = CodeCodeReplayed
		}
		if got := e.try(MethodBackupCode, backupOne, noon); got != want {
			t.Errorf("%s: %q, want %q", name, got, want)
		}
		if got := e.try(MethodBackupCode, backupTwo, noon); got != CodeBackupCodeWrong {
			t.Errorf("%s, another code: %q", name, got)
		}
	}
}

// RC-06: whatever comes of a backup code, it costs one hash.
func TestRC06EveryGuessAtABackupCodeCostsOneHash(t *testing.T) {
	for name, code := range map[string]Secret{"right": backupOne, "spent": backupTwo, "wrong": "2123456789ABCDEFGHJKMNPQ"} {
		e := newExam(backupOne, backupTwo)
		e.user.Factor.Spent = 2
		e.try(MethodBackupCode, code, noon)
		if e.data.hashes != 1 {
			t.Errorf("%s: %d hashes", name, e.data.hashes)
		}
	}
	e := newExam(backupOne)
	e.user.Attempts.PausedUntil = noon.Add(time.Second)
	if e.try(MethodBackupCode, backupOne, noon); e.data.hashes != 0 {
		t.Error("a paused factor made a hash")
	}
}

// EN-13 and RP-04: one step to each side, and only forward.
func TestRP04OnlyAStepAfterTheLastOneIsAccepted(t *testing.T) {
	now := totp.Step(noon)
	for _, c := range []struct {
		name  string
		steps []int
		want  []Code
	}{
		{"two steps behind", []int{-2}, []Code{CodeCodeWrong}},
		{"one behind", []int{-1}, []Code{""}},
		{"now", []int{0}, []Code{""}},
		{"one ahead", []int{1}, []Code{""}},
		{"two ahead", []int{2}, []Code{CodeCodeWrong}},
		{"behind, now, behind again", []int{-1, 0, -1}, []Code{"", "", CodeCodeReplayed}},
		{"now, then one that was never used", []int{0, -1}, []Code{"", CodeCodeReplayed}},
		{"ahead, then now", []int{1, 0, 1}, []Code{"", CodeCodeReplayed, CodeCodeReplayed}},
		{"the same twice", []int{0, 0}, []Code{"", CodeCodeReplayed}},
	} {
		e := newExam()
		for i, step := range c.steps {
			code := codeOfStep(e.key.secret, now+uint64(int64(step)))
			if got := e.try(MethodTOTP, code, noon); got != c.want[i] {
				t.Errorf("%s, code %d: %q, want %q", c.name, i+1, got, c.want[i])
			}
		}
	}
}

// RP-05: a code of a fast phone stays spent as long as it would be right.
func TestRP05ACodeOfAFastPhoneStaysSpentForItsWholeLife(t *testing.T) {
	e := newExam()
	start := noon.Truncate(totp.Period * time.Second)
	code := codeOfStep(e.key.secret, totp.Step(start)+1)
	if got := e.try(MethodTOTP, code, start); got != "" {
		t.Fatalf("refused: %s", got)
	}
	for _, after := range []time.Duration{0, 30 * time.Second, 60 * time.Second, 75 * time.Second, 89 * time.Second} {
		if got := e.try(MethodTOTP, code, start.Add(after)); got != CodeCodeReplayed {
			t.Errorf("%v later: %q", after, got)
		}
	}
	if got := e.try(MethodTOTP, code, start.Add(90*time.Second)); got != CodeCodeWrong {
		t.Errorf("when its life is over: %q", got)
	}
}

func TestAReplayedCodeWritesNothingAndAWrongOneOneMoreMark(t *testing.T) {
	e := newExam(backupOne)
	code := rightCode(e.key.secret, noon)
	e.try(MethodTOTP, code, noon)
	replay := prove(e.user, e.key, 1, ProofInput{MethodTOTP, code}, noon)
	if replay.write || CodeOf(replay.err()) != CodeCodeReplayed {
		t.Errorf("a replay: %+v", replay.refusal)
	}
	wrong := prove(e.user, e.key, 1, ProofInput{MethodTOTP, wrongCode(e.key.secret, noon)}, noon)
	if !wrong.write || wrong.next.Attempts.InARow != 1 || *wrong.refusal.AttemptsLeft != 4 {
		t.Errorf("a wrong code: %+v", wrong.refusal)
	}
	if e.user.Attempts.InARow != 0 || e.user.Factor == wrong.next.Factor {
		t.Error("judging a code changed the record that was read")
	}
}

func TestARightCodeCancelsAnOpenResetRequest(t *testing.T) {
	e := newExam()
	e.user.OpenReset = &OpenReset{ID: "r", CreatedAt: noon}
	p := prove(e.user, e.key, 1, ProofInput{MethodTOTP, rightCode(e.key.secret, noon)}, noon)
	if p.next.OpenReset != nil || len(p.mails) != 1 || p.mails[0] != MailResetCancelled {
		t.Errorf("the request is %+v, the mails %v", p.next.OpenReset, p.mails)
	}
	if p := prove(e.user, e.key, 1, ProofInput{MethodTOTP, wrongCode(e.key.secret, noon)}, noon); p.next.OpenReset == nil {
		t.Error("a wrong code cancelled it")
	}
}

func TestNobodyHearsOfTheCancellingOfARequestThatHadExpired(t *testing.T) {
	e := newExam()
	e.user.OpenReset = &OpenReset{ID: "r", CreatedAt: noon.Add(-7 * day)}
	p := prove(e.user, e.key, 1, ProofInput{MethodTOTP, rightCode(e.key.secret, noon)}, noon)
	if p.next.OpenReset != nil || len(p.mails) != 0 {
		t.Errorf("the request is %+v, the mails %v", p.next.OpenReset, p.mails)
	}
}

// Contract §4.2: under the long lock, and with a disabled factor, only a
// backup code is judged; in a pause nothing is.
func TestWhatALockLetsThrough(t *testing.T) {
	long := Attempts{Wrong: every(noon.Add(-time.Hour), time.Second, 20)}
	pause := Attempts{PausedUntil: noon.Add(time.Minute)}
	for _, c := range []struct {
		name         string
		attempts     Attempts
		disabled     bool
		totp, backup Code
	}{
		{"nothing is locked", Attempts{}, false, "", ""},
		{"a pause", pause, false, CodeThrottled, CodeThrottled},
		{"the long lock", long, false, CodeThrottled, ""},
		{"disabled", Attempts{}, true, CodeFactorDisabled, ""},
		{"disabled and paused", pause, true, CodeThrottled, CodeThrottled},
	} {
		for method, want := range map[Method]Code{MethodTOTP: c.totp, MethodBackupCode: c.backup} {
			e := newExam(backupOne)
			e.user.Attempts, e.user.Factor.Disabled = c.attempts, c.disabled
			code := rightCode(e.key.secret, noon)
			if method == MethodBackupCode {
				code = backupOne
			}
			if got := e.try(method, code, noon); got != want {
				t.Errorf("%s, a right %s: %q, want %q", c.name, method, got, want)
			}
			if want == "" && (e.user.Factor.Disabled || e.user.Attempts.InARow != 0) {
				t.Errorf("%s, after a right %s: %+v", c.name, method, e.user.Factor)
			}
		}
	}
	e := newExam(backupOne)
	e.user.Attempts = long
	if got := e.try(MethodBackupCode, backupTwo, noon); got != CodeBackupCodeWrong || e.user.Attempts.InARow != 1 {
		t.Errorf("a wrong backup code under the long lock: %q, %d in a row", got, e.user.Attempts.InARow)
	}
}
