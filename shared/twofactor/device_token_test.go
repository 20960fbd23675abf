package twofactor

import (
	"strings"
	"testing"
	"time"
)

// oneDevice is a user's devices with one that was remembered at noon for 30
// days, and is at its third token since an hour later.
func oneDevice() (*Devices, *plainKey, Binding) {
	a := &Auth{Ref: Ref{"acme", "jane"}, Incarnation: "i", Generation: 2}
	devices := (*Devices)(nil).living(a, 30, noon).added(Device{
		ID: "D1", Turn: 3, CreatedAt: noon, TurnedAt: noon.Add(time.Hour), LastUsedAt: noon.Add(time.Hour),
		ExpiresAt: noon.AddDate(0, 0, 30),
	})
	return devices, &plainKey{}, binding(a, 2)
}

func TestADeviceTokenIsWorthWhatItsTurnSays(t *testing.T) {
	devices, key, bind := oneDevice()
	turned := noon.Add(time.Hour)
	for _, c := range []struct {
		name string
		turn uint64
		now  time.Time
		days int
		want deviceMatch
	}{
		{"the newest", 3, turned.Add(time.Hour), 30, deviceCurrent},
		{"the one before, at once", 2, turned, 30, deviceOverlapping},
		{"the one before, in the last second", 2, turned.Add(59 * time.Second), 30, deviceOverlapping},
		{"the one before, after 60 s", 2, turned.Add(60 * time.Second), 30, deviceSpent},
		{"the one before, after 61 s", 2, turned.Add(61 * time.Second), 30, deviceSpent},
		{"an older one, at once", 1, turned, 30, deviceSpent},
		{"one that was never given out", 4, turned, 30, deviceUnknown},
		{"the newest in its last second", 3, noon.AddDate(0, 0, 30).Add(-time.Second), 30, deviceCurrent},
		{"the newest at its end", 3, noon.AddDate(0, 0, 30), 30, deviceUnknown},
		{"a spent one after its end", 1, noon.AddDate(0, 0, 30), 30, deviceUnknown},
		{"the policy was shortened", 3, noon.AddDate(0, 0, 7), 7, deviceUnknown},
		{"the policy was lengthened", 3, noon.AddDate(0, 0, 30), 90, deviceUnknown},
		{"the policy forbids it", 3, turned, 0, deviceUnknown},
	} {
		if _, got := devices.match(key, bind, deviceToken(key, bind, "D1", c.turn), c.days, c.now); got != c.want {
			t.Errorf("%s: got %d, want %d", c.name, got, c.want)
		}
	}
}

// PO-09.
func TestPO09NoTokenButTheOneThatWasGivenMatches(t *testing.T) {
	devices, key, bind := oneDevice()
	right := deviceToken(key, bind, "D1", 3).Reveal()
	other := func(change func(*Binding)) Secret {
		b := bind
		change(&b)
		return deviceToken(key, b, "D1", 3)
	}
	for name, token := range map[string]Secret{
		"another user's":            other(func(b *Binding) { b.User = "joe" }),
		"another tenant's":          other(func(b *Binding) { b.Tenant = "other" }),
		"an earlier user's":         other(func(b *Binding) { b.Incarnation = "j" }),
		"an earlier factor's":       other(func(b *Binding) { b.Generation = 1 }),
		"of a device that is gone":  deviceToken(key, bind, "D2", 3),
		"truncated":                 Secret(right[:len(right)-1]),
		"longer":                    Secret(right + "0"),
		"another spelling":          Secret(strings.ToLower(right)),
		"another spelling of turns": Secret(strings.Replace(right, "_3_", "_03_", 1)),
		"a turn raised":             Secret(strings.Replace(right, "_3_", "_4_", 1)),
		"a negative turn":           Secret(strings.Replace(right, "_3_", "_-3_", 1)),
		"without its prefix":        Secret(strings.TrimPrefix(right, devicePrefix)),
		"only the prefix":           devicePrefix,
		"huge":                      Secret(devicePrefix + strings.Repeat("A", 100_000)),
		"parts missing":             devicePrefix + "D1_3",
		"empty":                     "",
	} {
		if i, got := devices.match(key, bind, token, 30, noon.Add(2*time.Hour)); got != deviceUnknown || i != -1 {
			t.Errorf("%s: got %d at %d", name, got, i)
		}
	}
}

func TestATokenThatWasReplacedIsSpentOnceTheNewOneWasUsed(t *testing.T) {
	devices, key, bind := oneDevice()
	now := noon.Add(2 * time.Hour)
	third := deviceToken(key, bind, "D1", 3)
	used := devices.turned(0, now)
	if _, got := used.match(key, bind, third, 30, now.Add(time.Second)); got != deviceOverlapping {
		t.Errorf("within its overlap: %d", got)
	}
	usedAgain := used.turned(0, now.Add(2*time.Second))
	if _, got := usedAgain.match(key, bind, third, 30, now.Add(3*time.Second)); got != deviceSpent {
		t.Errorf("after the new one was used: %d", got)
	}
	if devices.List[0].Turn != 3 {
		t.Error("the record that was read was changed")
	}
}

func TestAFourthDeviceTakesThePlaceOfTheOneUsedLongestAgo(t *testing.T) {
	devices, _, _ := oneDevice()
	for i, used := range []time.Duration{3 * time.Hour, 2 * time.Hour, 4 * time.Hour} {
		devices = devices.added(Device{ID: string(rune('E' + i)), LastUsedAt: noon.Add(used), CreatedAt: noon, ExpiresAt: noon.AddDate(0, 0, 30)})
	}
	if len(devices.List) != MaxDevices || devices.find("D1") >= 0 || devices.find("F") < 0 {
		t.Errorf("the devices are %+v", devices.List)
	}
}

func TestDevicesOfAnEarlierFactorUserOrPolicyAreDead(t *testing.T) {
	devices, _, _ := oneDevice()
	devices.Version = 9
	for name, c := range map[string]struct {
		user Auth
		days int
		now  time.Time
		want int
	}{
		"as they were":     {Auth{Incarnation: "i", Generation: 2}, 30, noon, 1},
		"another factor":   {Auth{Incarnation: "i", Generation: 3}, 30, noon, 0},
		"another user":     {Auth{Incarnation: "j", Generation: 2}, 30, noon, 0},
		"over":             {Auth{Incarnation: "i", Generation: 2}, 30, noon.AddDate(0, 0, 30), 0},
		"a shorter policy": {Auth{Incarnation: "i", Generation: 2}, 1, noon.AddDate(0, 0, 1), 0},
	} {
		living := devices.living(&c.user, c.days, c.now)
		if len(living.List) != c.want || living.Version != 9 || living.Generation != c.user.Generation {
			t.Errorf("%s: %+v", name, living)
		}
	}
}
