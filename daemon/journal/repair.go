package journal

import (
	"bytes"
	"fmt"
	"io"
	"os"
)

const (
	damagedSuffix = ".damaged"
	maxRead       = 4 * MaxSize // what Open reads at most
)

// Damage is the kind of the entry that Open leaves in the place of damaged lines,
// together with taking them out: whoever relies on an entry being there learns for
// good that some may be missing.
const Damage = "damaged"

// repair finds out what of f is sound. A torn last line is left for settle to cut
// off. Damaged lines are moved away if the disk lets us; else they stay, and whoever
// reads the journal is told of them all the same.
func (j *Journal) repair(f *os.File) error {
	_ = os.Remove(j.path + newSuffix) // of a Compact that was cut off, and takes room
	whole, err := io.ReadAll(io.LimitReader(f, maxRead+1))
	if err != nil {
		return err
	}
	if len(whole) > maxRead {
		return fmt.Errorf("it is larger than %d MiB, which no homesweep made it; move it away to start afresh", maxRead>>20)
	}
	end := bytes.LastIndexByte(whole, '\n') + 1
	j.size, j.health.Torn = int64(end), end < len(whole)
	sound, damaged := sift(whole[:end], everything)
	if j.health.Damaged = len(damaged); len(damaged) > 0 {
		j.rotten, j.health.Kept = true, j.path
		if j.amputate(sound, damaged) == nil {
			j.health.Kept = j.path + damagedSuffix
		}
	}
	return nil
}

// amputate puts damaged lines aside and sound ones, with a note of that, in the
// journal's place.
func (j *Journal) amputate(sound []byte, damaged [][]byte) error {
	if err := j.keepDamaged(bytes.Join(damaged, nil)); err != nil {
		return fmt.Errorf("keep damaged lines: %w", err)
	}
	note, err := encode(j.Now(), Damage, Health{Damaged: len(damaged), Kept: j.path + damagedSuffix})
	if err != nil {
		return err
	}
	return j.replace(append(sound, note...))
}

// keepDamaged adds lines to the file beside the journal, up to MaxSize.
func (j *Journal) keepDamaged(damaged []byte) error {
	f, err := os.OpenFile(j.path+damagedSuffix, os.O_WRONLY|os.O_CREATE|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	defer f.Close()
	info, err := f.Stat()
	if err != nil {
		return err
	}
	damaged = damaged[:min(int64(len(damaged)), max(0, MaxSize-info.Size()))]
	j.tell(int64(len(damaged)))
	if _, err := f.Write(damaged); err != nil {
		return err
	}
	return f.Sync()
}
