package totp_test

import (
	"bytes"
	"encoding/base32"
	"errors"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"testing"
	"testing/iotest"
	"time"

	"github.com/pquerna/otp"
	"github.com/pquerna/otp/hotp"
	"pgregory.net/rapid"

	"sallyport/shared/totp"
)

// The secrets of RFC 6238 Appendix B: the RFC's text shows only the first,
// its reference code (and erratum 2866) a longer one for each longer hash.
const (
	secret20 = "12345678901234567890"
	secret32 = "12345678901234567890123456789012"
	secret64 = "1234567890123456789012345678901234567890123456789012345678901234"
)

// vectors are the rows of RFC 6238 Appendix B.
var vectors = []struct {
	unix                 int64
	sha1, sha256, sha512 string
}{
	{59, "94287082", "46119246", "90693936"},
	{1111111109, "07081804", "68084774", "25091201"},
	{1111111111, "14050471", "67062674", "99943326"},
	{1234567890, "89005924", "91819424", "93441116"},
	{2000000000, "69279037", "90698825", "38618901"},
	{20000000000, "65353130", "77737706", "47863826"},
}

func TestTheLibraryGivesTheCodesOfRFC6238AppendixB(t *testing.T) {
	for _, v := range vectors {
		for _, hash := range []struct {
			algorithm otp.Algorithm
			secret    string
			want      string
		}{
			{otp.AlgorithmSHA1, secret20, v.sha1},
			{otp.AlgorithmSHA256, secret32, v.sha256},
			{otp.AlgorithmSHA512, secret64, v.sha512},
		} {
			secret := base32.StdEncoding.EncodeToString([]byte(hash.secret))
			got, err := hotp.GenerateCodeCustom(secret, totp.Step(time.Unix(v.unix, 0)),
				hotp.ValidateOpts{Digits: otp.DigitsEight, Algorithm: hash.algorithm})
			if err != nil || got != hash.want {
				t.Errorf("%s at %d: got %s (%v), want %s", hash.algorithm, v.unix, got, err, hash.want)
			}
		}
	}
}

func TestOurCodeIsTheLastSixDigitsOfRFC6238AppendixB(t *testing.T) {
	for _, v := range vectors {
		got := totp.Code([]byte(secret20), totp.Step(time.Unix(v.unix, 0)))
		if want := v.sha1[2:]; got != want {
			t.Errorf("at %d: got %s, want %s", v.unix, got, want)
		}
	}
}

func TestStepCountsWholePeriodsAndIsZeroBeforeTheEpoch(t *testing.T) {
	for unix, want := range map[int64]uint64{-31: 0, -1: 0, 0: 0, 29: 0, 30: 1, 59: 1, 60: 2, 1 << 33: (1 << 33) / 30} {
		if got := totp.Step(time.Unix(unix, 0)); got != want {
			t.Errorf("step of %d: got %d, want %d", unix, got, want)
		}
	}
}

func TestOneStepToEachSideIsAcceptedAtEveryBoundarySecond(t *testing.T) {
	const start = int64(1111111110) // the first second of a step
	for _, second := range []int64{start, start + 1, start + 15, start + 28, start + 29} {
		now := time.Unix(second, 0)
		for offset, want := range map[int64]bool{-2: false, -1: true, 0: true, 1: true, 2: false} {
			step := uint64(int64(totp.Step(now)) + offset)
			got, ok := totp.Match([]byte(secret20), totp.Code([]byte(secret20), step), now, 1)
			if ok != want || ok && got != step {
				t.Errorf("second %d, offset %d: got step %d, %v; want %v", second-start, offset, got, ok, want)
			}
		}
	}
}

func TestWithoutSkewOnlyTheCurrentStepIsAccepted(t *testing.T) {
	now := time.Unix(1111111111, 0)
	for offset, want := range map[int64]bool{-1: false, 0: true, 1: false} {
		code := totp.Code([]byte(secret20), uint64(int64(totp.Step(now))+offset))
		if _, ok := totp.Match([]byte(secret20), code, now, 0); ok != want {
			t.Errorf("offset %d: got %v, want %v", offset, ok, want)
		}
	}
}

func TestNothingBeforeStepZeroIsACandidate(t *testing.T) {
	if _, ok := totp.Match([]byte(secret20), totp.Code([]byte(secret20), ^uint64(0)), time.Unix(0, 0), 1); ok {
		t.Error("the step before the first one was accepted")
	}
}

func TestWhereSeveralStepsHaveTheSameCodeTheNewestCounts(t *testing.T) {
	// Among six thousand codes some are the same; two neighbours rarely are.
	const skew, current = 3000, 1_000_000
	newest, twice := map[string]uint64{}, map[string]bool{}
	for step := uint64(current - skew); step <= current+skew; step++ {
		code := totp.Code([]byte(secret20), step)
		_, twice[code] = newest[code]
		newest[code] = step
	}
	for code, again := range twice {
		if !again {
			continue
		}
		now := time.Unix(current*totp.Period, 0)
		if got, ok := totp.Match([]byte(secret20), code, now, skew); !ok || got != newest[code] {
			t.Errorf("got step %d, %v; want the newest, %d", got, ok, newest[code])
		}
		return
	}
	t.Fatal("no code comes twice")
}

func TestOnlySixASCIIDigitsAreACode(t *testing.T) {
	now := time.Unix(59, 0)
	right := totp.Code([]byte(secret20), totp.Step(now))
	for _, code := range []string{
		"", right[:5], right + "0", " " + right, right + " ", right + "\n", "+" + right[1:],
		"１２３４５６", "12345٦", "1.2e50", "-12345", "12 345", "0x1234", "12345\x00", strings.Repeat("1", 64),
	} {
		if totp.ValidShape(code) {
			t.Errorf("%q passes for a code", code)
		}
		if _, ok := totp.Match([]byte(secret20), code, now, 1); ok {
			t.Errorf("%q was accepted", code)
		}
	}
	if !totp.ValidShape("012345") {
		t.Error("a code that begins with a zero is refused")
	}
}

func TestASecretIsTwentyBytesOfTheGivenSource(t *testing.T) {
	source := bytes.Repeat([]byte{7}, 40)
	secret, err := totp.NewSecret(bytes.NewReader(source))
	if err != nil || !bytes.Equal(secret, source[:20]) {
		t.Errorf("got %v, %v", secret, err)
	}
	if len(totp.Base32(secret)) != 32 || strings.Contains(totp.Base32(secret), "=") {
		t.Errorf("base 32 of a secret is %d characters, want 32 without padding", len(totp.Base32(secret)))
	}
}

func TestWithoutRandomnessThereIsNoSecret(t *testing.T) {
	for _, source := range []*bytes.Reader{bytes.NewReader(nil), bytes.NewReader(make([]byte, 19))} {
		if _, err := totp.NewSecret(source); err == nil {
			t.Error("a secret was made of too little")
		}
	}
	broken := errors.New("broken")
	if _, err := totp.NewSecret(iotest.ErrReader(broken)); !errors.Is(err, broken) {
		t.Errorf("got %v, want the source's error", err)
	}
}

func TestEveryCodeOfTheWindowMatchesItsOwnStep(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		secret := rapid.SliceOfN(rapid.Byte(), 20, 20).Draw(t, "secret")
		now := time.Unix(rapid.Int64Range(60, 1<<40).Draw(t, "now"), 0)
		offset := rapid.Int64Range(-1, 1).Draw(t, "offset")
		code := totp.Code(secret, uint64(int64(totp.Step(now))+offset))
		step, ok := totp.Match(secret, code, now, 1)
		if !ok || totp.Code(secret, step) != code {
			t.Fatalf("offset %d is not accepted", offset)
		}
	})
}

func TestOathtoolGivesTheSameCode(t *testing.T) {
	tool := need(t, "oathtool")
	for _, unix := range []int64{0, 59, 1111111109, 2000000000} {
		out, err := exec.Command(tool, "--totp", "--base32", "--now=@"+strconv.FormatInt(unix, 10),
			totp.Base32([]byte(secret20))).Output()
		if err != nil {
			t.Fatal(err)
		}
		if got := totp.Code([]byte(secret20), totp.Step(time.Unix(unix, 0))); got != strings.TrimSpace(string(out)) {
			t.Errorf("at %d: got %s, oathtool says %s", unix, got, out)
		}
	}
}

// need finds a program, and skips the test where it is missing on a
// developer's machine; the build machine must have it.
func need(t *testing.T, program string) string {
	t.Helper()
	path, err := exec.LookPath(program)
	switch {
	case err == nil:
	case os.Getenv("CI") == "true":
		t.Fatalf("%s is missing", program)
	default:
		t.Skipf("%s is missing: apt-get install oathtool zbar-tools", program)
	}
	return path
}

func FuzzNoTextPanicsAndOnlyCodesOfTheWindowMatch(f *testing.F) {
	for _, v := range vectors {
		f.Add([]byte(secret20), v.sha1[2:], v.unix)
	}
	f.Add([]byte{}, " 12345", int64(-1))
	f.Add([]byte(secret64), "１２", int64(0))
	f.Fuzz(func(t *testing.T, secret []byte, code string, unix int64) {
		step, ok := totp.Match(secret, code, time.Unix(unix, 0), 1)
		if ok && totp.Code(secret, step) != code {
			t.Errorf("accepted a code that step %d does not have", step)
		}
	})
}
