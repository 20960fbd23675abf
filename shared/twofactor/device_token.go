package twofactor

import (
	"strconv"
	"strings"
	"time"
)

// deviceOverlap is how long a device token stays good after it was replaced
// (contract §4.1).
const deviceOverlap = 60 * time.Second

const devicePrefix = "sallyport_dt_"

// deviceMatch is what a device token turned out to be.
type deviceMatch int

const (
	// deviceUnknown: not a token of a device that stands; ignored.
	deviceUnknown deviceMatch = iota
	// deviceCurrent: the newest token of a device that stands.
	deviceCurrent
	// deviceOverlapping: the one before, still in its overlap.
	deviceOverlapping
	// deviceSpent: a token that was replaced; the device must go.
	deviceSpent
)

// deviceSecret is the secret part of a device's token for one turn.
func deviceSecret(key DataKey, bind Binding, id string, turn uint64) string {
	mac := key.HashBackupCode(Secret("device|"+id+"|"+strconv.FormatUint(turn, 10)), bind)
	return encodeCrockford(mac[:])
}

// deviceToken is the token of one turn: prefix, id, turn and secret.
func deviceToken(key DataKey, bind Binding, id string, turn uint64) Secret {
	return Secret(devicePrefix + id + "_" + strconv.FormatUint(turn, 10) + "_" + deviceSecret(key, bind, id, turn))
}

// splitDeviceToken takes a token apart; ok is false for anything else.
func splitDeviceToken(token Secret) (id string, turn uint64, ok bool) {
	const longest = 128
	rest, found := strings.CutPrefix(token.Reveal(), devicePrefix)
	if !found || len(rest) > longest {
		return "", 0, false
	}
	parts := strings.Split(rest, "_")
	if len(parts) != 3 {
		return "", 0, false
	}
	turn, err := strconv.ParseUint(parts[1], 10, 64)
	return parts[0], turn, err == nil
}

// match finds the device of a token, and what the token is worth. days is the
// policy's limit now, which may be shorter than it was.
func (d *Devices) match(key DataKey, bind Binding, token Secret, days int, now time.Time) (int, deviceMatch) {
	id, turn, ok := splitDeviceToken(token)
	if !ok || days == 0 {
		return -1, deviceUnknown
	}
	i := d.find(id)
	if i < 0 || !sameSecret(deviceToken(key, bind, id, turn), token) {
		return -1, deviceUnknown
	}
	device := d.List[i]
	end := earlier(device.ExpiresAt, device.CreatedAt.AddDate(0, 0, days))
	switch {
	case !now.Before(end) || turn > device.Turn:
		return -1, deviceUnknown
	case turn == device.Turn:
		return i, deviceCurrent
	case turn+1 == device.Turn && now.Sub(device.TurnedAt) < deviceOverlap:
		return i, deviceOverlapping
	}
	return i, deviceSpent
}

func (d *Devices) find(id string) int {
	for i := range d.List {
		if d.List[i].ID == id {
			return i
		}
	}
	return -1
}

// without is a copy without device i.
func (d *Devices) without(i int) *Devices {
	next := *d
	next.List = append(append([]Device{}, d.List[:i]...), d.List[i+1:]...)
	return &next
}

// turned is a copy in which device i has a newer token.
func (d *Devices) turned(i int, now time.Time) *Devices {
	next := *d
	next.List = append([]Device{}, d.List...)
	next.List[i].Turn++
	next.List[i].TurnedAt = now
	next.List[i].LastUsedAt = now
	return &next
}

// added is a copy with one more device; the one used longest ago makes room.
func (d *Devices) added(device Device) *Devices {
	next := *d
	next.List = append([]Device{}, d.List...)
	if len(next.List) >= MaxDevices {
		next.List = next.without(next.oldest()).List
	}
	next.List = append(next.List, device)
	return &next
}

func (d *Devices) oldest() int {
	oldest := 0
	for i := range d.List {
		if d.List[i].LastUsedAt.Before(d.List[oldest].LastUsedAt) {
			oldest = i
		}
	}
	return oldest
}

// living drops devices that are over or belong to another factor or user.
func (d *Devices) living(a *Auth, days int, now time.Time) *Devices {
	fresh := &Devices{Ref: a.Ref, Incarnation: a.Incarnation, Generation: a.Generation}
	if d == nil {
		return fresh
	}
	fresh.Meta = d.Meta
	if d.Incarnation != a.Incarnation || d.Generation != a.Generation {
		return fresh
	}
	for _, device := range d.List {
		if now.Before(earlier(device.ExpiresAt, device.CreatedAt.AddDate(0, 0, days))) {
			fresh.List = append(fresh.List, device)
		}
	}
	return fresh
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}
