package cost

import "sync"

// Meter sums what calls to the table consume.
type Meter struct {
	mu          sync.Mutex
	read, write float64
}

// Add counts one call; it is a dynamo.Meter.
func (m *Meter) Add(_ string, read, write float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.read += read
	m.write += write
}

// take returns the sums since the last take.
func (m *Meter) take() (read, write float64) {
	m.mu.Lock()
	defer m.mu.Unlock()
	read, write = m.read, m.write
	m.read, m.write = 0, 0
	return read, write
}
