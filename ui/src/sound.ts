/**
 * Two short answers for the ear: rising for yes, one low note for no. Made on the spot, so
 * that no sound file is needed. Off is remembered on this PC.
 */

export type Tone = "accepted" | "provisional" | "refused";

/** Notes of each tone: frequency in hertz, start and length in seconds. */
const NOTES: Record<Tone, [hertz: number, start: number, length: number][]> = {
  accepted: [
    [660, 0, 0.09],
    [880, 0.1, 0.14],
  ],
  provisional: [[660, 0, 0.14]],
  refused: [[220, 0, 0.26]],
};

const LOUDNESS = 0.18;
let context: AudioContext | undefined;

/** Plays a tone, unless sounds are off or the PC has no sound: the answer on screen is enough. */
export function play(tone: Tone, on: boolean): void {
  if (!on || typeof AudioContext === "undefined") return;
  context ??= new AudioContext();
  void context.resume();
  for (const [hertz, start, length] of NOTES[tone]) note(context, hertz, start, length);
}

function note(audio: AudioContext, hertz: number, start: number, length: number): void {
  const from = audio.currentTime + start;
  const voice = audio.createOscillator();
  const level = audio.createGain();
  voice.frequency.value = hertz;
  // A note that begins or ends at full strength clicks.
  level.gain.setValueAtTime(0, from);
  level.gain.linearRampToValueAtTime(LOUDNESS, from + 0.01);
  level.gain.linearRampToValueAtTime(0, from + length);
  voice.connect(level).connect(audio.destination);
  voice.start(from);
  voice.stop(from + length);
}
