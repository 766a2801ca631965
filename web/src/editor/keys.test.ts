/** Rules: a key press is a plain value; what it means does not depend on the page. */

import { describe, expect, it } from "vitest";
import { commandFor as onProject } from "../project/shortcuts";
import { press } from "../testing/press";
import { commandFor, KEYS } from "./keys";

describe("keys", () => {
  it("mean one thing each", () => {
    const all = KEYS.flatMap((binding) => binding.keys);
    expect(new Set(all).size).toBe(all.length);
  });

  it("mean what they mean on the project's page, where both have the same", () => {
    const shared = ["toggle", "pause", "backwards", "forwards", "mute", "keep", "skip", "export"];
    const keys = [" ", "k", "j", "l", "m", "y", "x", "n", "e"];
    const meant = keys.map((key) => commandFor(press(key)));
    expect(meant).toEqual(keys.map((key) => onProject(press(key))));
    expect(new Set(meant)).toEqual(new Set(shared));
  });

  it("undo and redo, on either kind of keyboard", () => {
    expect(commandFor(press("z", { ctrlKey: true }))).toBe("undo");
    expect(commandFor(press("z", { metaKey: true }))).toBe("undo");
    expect(commandFor(press("Z", { ctrlKey: true, shiftKey: true }))).toBe("redo");
    expect(commandFor(press("y", { ctrlKey: true }))).toBe("redo");
  });

  it("work in capitals, and leave the browser its own", () => {
    expect(commandFor(press("I", { shiftKey: true }))).toBe("trim-start");
    expect(commandFor(press("s", { ctrlKey: true }))).toBeNull();
    expect(commandFor(press("ArrowLeft", { altKey: true }))).toBeNull();
    expect(commandFor(press("ArrowLeft", { shiftKey: true }))).toBe("second-back");
  });

  it("are typed into text fields, undo included", () => {
    expect(commandFor(press("i", { focus: "text" }))).toBeNull();
    expect(commandFor(press("z", { ctrlKey: true, focus: "text" }))).toBeNull();
  });

  it("belong to a focused control where it uses them", () => {
    expect(commandFor(press(" ", { focus: "control" }))).toBeNull();
    expect(commandFor(press("ArrowLeft", { focus: "control" }))).toBeNull();
    expect(commandFor(press("Delete", { focus: "control" }))).toBe("delete");
  });
});
