<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1">
<context>
    <name>Action</name>
    <message>
        <source>Folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add images to the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open folder…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add all images of a folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Paste</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add the image or the files on the clipboard</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try the demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Load the bundled exhibits and inspect them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New case…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Keep results and bookmarks in a file from now on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open case…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open a case in place of the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merge case…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take over images, results and bookmarks of another case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find moved files…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Look for files of the case that were moved or renamed, by their hash</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the case; what it holds is stored</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Theme, language, who examines, the key that signs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close the window and stop all work</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Undo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take the last removal back</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Redo</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Go to the filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select every image that the filter shows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select the next image of the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Previous image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select the previous image of the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inspect again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inspect the selected images anew</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inspect anew, measure the frequencies that carry the verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bookmark…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give images a status and a note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy SHA-256</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the selected images&apos; hashes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the paths of the selected images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show in folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the folder that holds it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove from queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take images off; files stay</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Begin no further image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the queue now; what is done is kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>View</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plots</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide the plots</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide the verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reset layout</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All panes at their first sizes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blink</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image and reference in turn, every 500 ms; Space holds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Split</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image left, reference right of a line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Difference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image minus reference, in dB</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Region</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measure a rectangle: drag it, or arrows, Shift+arrows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All of the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 : 1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One pixel of the image on one of the screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to grid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave the enlarged panel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Row of the image, or of what an entry was made of</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Residual</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Row of the noise residuals</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log-magnitude</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Row of the magnitude spectra</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Phase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Row of the phase spectra</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Radial</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Level by spatial frequency</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Autocorrelation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What repeats, and at which distance</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>8 × 8</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean residual folded to 8 by 8 pixels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Contributions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the likelihood ratio rests on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the file says about itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Marked peaks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rings round frequencies that stand out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Peak labels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frequencies beside the rings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Heat map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>log10 LR of each tile over the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Denoised image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The denoised version in the image row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark or light, as the system says</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For a darkened room</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For a bright room</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full screen</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The window alone</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Next pane</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queue, grid, plots, verdict in turn</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fingerprints</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spectra of the residual</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the denoiser takes away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spectra of the denoised image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the denoiser leaves</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spectra of the image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing is taken away</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Folded on the lattice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fold on the entry&apos;s lattice, after the shift</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Minus real</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Subtract the magnitude of real photographs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without axes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Leave out DC and the axes, where scenes sit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pin as reference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show the selected images beside others</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unpin all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Take pinned images away again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Average selected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean residual and spectra</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop averaging</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Give the average up</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add reference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One more column</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop reference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One column less</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Best match and real</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The first references</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lab</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Logarithmic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decibels over the median</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Linear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Magnitude</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Power</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Magnitude squared</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Estimate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean of tiles</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean of 128-px tiles (Welch): less noise</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whole image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One transform of all pixels: finer</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hann</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Small leakage, the bank&apos;s own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Hamming</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Narrower peaks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blackman</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Least leakage, wider peaks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Narrowest peaks, the edges leak along the axes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Levels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Linked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One range for all panels of a row</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A range for each panel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Clip at 1 %</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Range from 1st to 99th percentile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colours</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Magma</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Black to yellow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Viridis</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Violet to yellow</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Restart engine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>End and begin it anew</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write a report: PDF, HTML, JSON or CSV</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save results…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save every result: JSON lines or CSV</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy sentence, numbers and hash</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy JSON line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the engine&apos;s own words</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Help</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All keys on one sheet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Method cards</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What each view shows, and how it misleads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open the folder of logs and crash reports</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>About fpinspect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Version, bank, engine</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Case</name>
    <message>
        <source>Opening {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bookmarked until the window closes: File, New case keeps it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not stored: the case is read-only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{words} (read-only)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Read-only: {why}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{words}: %n image(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Case read-only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Case: {stored} stored</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open or make the case that is to hold both first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not merged: the case is read-only</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The merge was stopped: nothing was changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) added</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n known already</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n result(s) taken over</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Merged {other}: {counts}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its audit chain of {records} records was appended; the chain’s head is now {head}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) looked at</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>The search was stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) found again</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Open the case whose files were moved first</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The case is read-only: where its files are cannot be stored</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No case is open.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Case (*.fpcase)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reference in the laboratory&apos;s books</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shown in the title of the window and on reports</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Examiner</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who examines; printed on reports</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Laboratory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Printed on reports</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New case — fpinspect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Notes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One file that holds results, bookmarks and the audit chain</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Create</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What is in the queue goes into the case, and every result as it arrives.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>New case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File of the case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merge case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the merge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images, results, bookmarks and tags of {other} go into {case}, and its audit chain is appended with its head. {other} is not changed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Equal files become one image. Where both cases say something of it, {case} stands and the difference is told here. A merge cannot be taken back: copy the file first if in doubt.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Differences</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n difference(s): the case that is open stands.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Find moved files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Store the new places</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the search</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking in {folder}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n moved file(s) found</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n still missing</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>The search was stopped before its end.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every file of the case is where it was.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each has the SHA-256 that the case holds. Nothing is stored yet; what is stored is noted in the audit chain.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Was in</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Is now</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Files found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>found nowhere</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Comparison</name>
    <message>
        <source>Average</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The average is gone: average the images again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>averaging, {done} of {records}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None of these images could be averaged: each needs 128 px a side.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>lattice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>denoiser</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>left out</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>best match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>named by the verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>shipped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>own bank</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>nothing is averaged yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not in this bank</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stored fingerprints</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pinned images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Average of the selected images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON line</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied: {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to copy: no {what} yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select two or more inspected images to average them</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Averaging, {done} of {total}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{columns} × {rows} bins</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>grey levels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>too small for a spectrum</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>folded on {lattice} px</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>whole image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>denoised images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>residuals</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the entry keeps nothing of {kept}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{lattice} px lattice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>origin</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>inputs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>region</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>denoised image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>image itself</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>logarithmic</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>linear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>power</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>being computed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>denoised</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in own σ</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mean of tiles</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>one transform</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dB re. median</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{scale}, × median</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>less real</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>averaged {ratio}:1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>difference {gap}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>tile {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Double-click to set the range, Shift+double-click to restore it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scale from {bottom} to {top} {unit}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Range of the scale</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Highest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lowest</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not computed yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{missing} has nothing to subtract here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the two do not share a grid: fold both on one lattice</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select an image to compare it with its references.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enlarged panel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{row} of {title}, enlarged</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{title}, %n image(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n image(s): no picture</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>noise residual</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source> Mean of %n image(s).</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Denoised image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{what}, {columns} × {rows} px, stored lattice.{made}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spatial {of}, mean of R, G and B, {note}; σ = {sigma} grey levels.{made}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mean over 128-px tiles</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{columns} × {rows} bins, {window} window, {tiles}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Phase of the {of}, {grid}.{made}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{scale} scale, multiples</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> Real photographs subtracted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source> Zero frequency and axes left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Magnitude spectrum of the {of} in {unit} over the median at 0.08–0.5 cycles/px, {grid}.{less}{axes}{made}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{value} × {value} values averaged in a pixel.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} could not be written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} could not be written: {strerror}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved {name}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{title}. {caption} Unit: {unit}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Residual</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log-magnitude</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Phase</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a reference (+)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add a reference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{shows}

How it misleads: {misleads}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{row} of {title}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{row}, column {index}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy the picture with scale and caption</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save the picture or its numbers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>At crosshair</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>× median</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>log₁₀ LR</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add {title} as a reference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More references</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture with scale and caption (*.png);;Numbers (*.npz);;Numbers as text (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to grid</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enlarge</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fit</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Range of the scale…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to copy in this panel yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied: {title}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is nothing to save in this panel yet.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save panel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Back to grid  Esc</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show all panels again (Esc)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>lattice {x}, {y}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>residual {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>direction {angle}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>radius {radius}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>period {period}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{row}, column {index}, small</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>in the 95&#xa0;% set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Views</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Average of %n image(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Average of %n image(s), {left_out} left out</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>Dialog</name>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Close</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopping …</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Engine</name>
    <message>
        <source>The engine was stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The bank cannot be used: {error}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the engine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The engine cannot start: {error}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drawing the exhibits</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Enrolling the demo&apos;s generator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no picture: {error}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its process ends at once</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its process {cause}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The process that inspected it {cause}: the file may break its decoder. The engine has been restarted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>closed its connection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>ended unexpectedly (status {exitcode})</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>signal {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, perhaps for want of memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>was ended by {name}{hint}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is not enough memory for it: close other programs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Internal error, please report it: {kind}: {text}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A part of the installation is missing or broken ({error}). {advice}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Install fpinspect again.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Metadata</name>
    <message>
        <source>upright</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mirrored</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>turned by 180°</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mirrored, turned by 180°</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mirrored, turned by 90°</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>turned by 90° clockwise for display</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>mirrored, turned by 270°</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>turned by 90° anticlockwise for display</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Software</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Digital source type</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not a JPEG file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generator metadata</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None found. Its absence says nothing: it is lost whenever a file is saved again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Camera and software</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>None found.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Content credentials (C2PA)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No manifest.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Other</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inspection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Path</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{size} (%n byte(s))</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Error</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{width} × {height}&#xa0;px</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mode</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{mode}, {depth}&#xa0;bits a channel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Orientation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Frames</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{frames}, the first is inspected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Decoder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{quality}, the tables of libjpeg</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{quality}, the nearest of libjpeg&apos;s tables</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quality</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chroma subsampling</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Quantisation table {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none found</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trace of an earlier JPEG</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Trace, {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inspected at</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bank</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Schema</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Time taken</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>yes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{text} … (%n character(s), cut here)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy all as text</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy value</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied: {name}.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Methods</name>
    <message>
        <source>What it shows</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How it misleads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Methods</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Method card</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Views</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The decoded picture, upright as the file asks, or its denoised version D(I). Tiles may be coloured by their own likelihood ratio. Positions are read in stored coordinates, as the analysis sees them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the picture shows says nothing here. A denoised version that keeps texture has left it out of the residual.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spatial residual</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the denoiser takes for noise, coloured in its own standard deviation: a mean of many residuals is far weaker than one. Folding an image on a fingerprint&apos;s lattice, after the shift found, brings out what repeats.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Edges and texture of the scene leak into every residual. Each denoiser leaves its own pattern: the mean residual of photographs is subtracted from stored fingerprints. A pattern of period 8 is also what JPEG leaves.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Log-magnitude spectrum</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Peaks at multiples of N/8 cycles/px come from the up-sampling of decoders; the fall towards high frequencies tells resampling and smooth generators. Colours run from −6 to +8 dB in every picture unless the levels are freed. Vertical frequencies are written upwards, as in reports; the JSON line counts them downwards, as it counts rows.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Peaks on the two axes are often edges of the scene or scan lines; peaks at N/8 are also JPEG blocks. Resizing moves peaks, cropping does not. One image is noisier than a mean: a single bright bin means little.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Phase spectrum</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where a periodic pattern sits on the lattice. Equal colours in the image and in a reference at the same peak mean that the patterns are aligned.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Phase is random wherever nothing repeats, and a crop that is off the lattice turns it everywhere: it is shown after the shift found. In the seed&apos;s tests phase alone decided little better than chance.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Blink, split line, difference</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Where the image departs from a reference. Blinking shows small changes best, the split line compares extents, the difference measures.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Both have their own median subtracted: a broad rise in one looks like a fall elsewhere in the other. A difference of residuals is meaningful only when both are folded on one lattice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Region</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Residual and spectrum of a part of the image, live: whether traces are everywhere or only there.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fewer pixels mean wider and noisier peaks: a rectangle of 64 px resolves 1/64 cycles/px. Regions chosen after looking at the result prove nothing by themselves.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Heat map of tiles</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How the opinion is spread over the image: warm tiles speak for generated, green ones for a photograph.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A tile&apos;s opinion is weaker and less well calibrated than the whole image&apos;s. Flat, saturated and out-of-focus tiles carry little residual. It is no map of manipulation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Radial profile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The fall of the spectrum from 0.08 to 0.5 cycles/px over the references, with the quartiles of the profiles of their single images. Generators tend to end higher and flatter than photographs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Resizing, sharpening and compression change the tail more than most generators do. Levels are relative to the median, so a strong band lowers the rest.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Autocorrelation map</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which shifts the residual resembles itself at. Peaks at small even shifts come from up-sampling, peaks every 8 px from decoders with that lattice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Demosaicking and JPEG also correlate neighbours. Lines along the axes are edges of the scene.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>8 × 8 folded pattern</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The part of the residual that repeats every 8 px, beside that of each reference, with the correlation of both.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each map is scaled by its own σ: pure noise looks as lively as a strong pattern. JPEG leaves an 8 × 8 pattern of its own, and a crop off the grid shifts it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Feature families</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spectrum and N/8 peaks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The level of every frequency of the residual, and how far the lattice frequencies rise above their neighbours.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strong JPEG compression removes and imitates the peaks; resizing moves them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Autocorrelation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Short-range structure of the noise, and how far the channels share it: cameras and generators mix colours differently.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Compression below quality 90 leaves little of it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Co-occurrence, Y</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which small combinations of rises and falls occur in luminance: finer than a spectrum, and the most robust family after recompression.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It depends on sharpness and on noise reduction in the camera; retouched photographs drift towards generated.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Co-occurrence, R − G</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Small-scale colour structure: demosaicking in cameras, decoders in generators.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chroma subsampling removes most of it; greyscale images have none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colour residuals</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How noise in the three channels goes together.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>White balance and colour profiles applied by an editor change it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Contrast, Y</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The shape of local structure whatever its strength, at three scales together: what is left of a generator after JPEG 75. The strongest family under recompression.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strong noise reduction and upscaling in a camera or an editor change the same statistics.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Contrast, colour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How colour follows brightness from pixel to pixel: the demosaicking of a camera leaves other traces than a decoder does.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Chroma subsampling removes its finest scale; black and white pictures have none.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Local patterns, Y</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How edges, dots and texture are drawn pixel by pixel, whatever their strength. Weak alone, but it errs elsewhere than the other families.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sharpening, noise reduction and upscaling change which neighbours differ.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Net on all families</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the families say together and no linear rule can: strongest under resizing and recompression.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It cannot point at a frequency or a pixel. Its share says that it agrees, not why.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fingerprint matches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the matches say of the source, added up over the whole image in phase: it speaks for images as stored where the families are silent, and names FLUX and Stable Diffusion 1.x best.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JPEG below 95 and resizing take the pattern away, so a missing match says little. A generator that shares a decoder matches as well.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Turns scores into likelihood ratios that hold on photographs and generated images the heads have not seen, whatever the size. Its own share is what the offset adds; it is lower in small images, where photographs look more like what is generated.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Some hundred photographs without an exceedance carry a ratio of some hundred to one, not more: beyond lies the hatched part of the scale.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Likelihood ratio and strength</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How much more probable the traces are under one explanation than under the other, in the words of ENFSI: limited to 10, moderate to 100, moderately strong to 1,000, strong to 10,000, very strong above.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It is not the probability that the image was generated: that also depends on what else is known. The probability shown is for even prior odds.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sources and the 95 % set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Which sources remain possible. A family is named only when it is ten times more probable than an unknown generator.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Models that share a decoder cannot be told apart. A generator outside the bank may look like the nearest one inside.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Matches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>How well the residual fits each stored fingerprint, where its lattice begins, and how often a photograph of that size and compression fits as well.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Aligned correlation vanishes after a shift of one pixel; noise alone reaches 2 to 4 σ folded. With many entries some p-value is small by chance. A match in p is no verdict.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Plots</name>
    <message>
        <source>Power law above 0.42, b = {decay}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Contributions</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to plot.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Picture with caption (*.png);;Vector graphic (*.svg);;Numbers (*.npz);;Numbers as text (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Radial profile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Autocorrelation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>8 × 8 pattern</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Metadata</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean level by radial frequency, dB over the median at 0.08–0.5 cycles/px; bands are quartiles of the profiles of a reference’s single images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Normalised autocorrelation of the residual, lags −24 to +24 px; lag 0, which is 1, left out.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean residual by position modulo 8 px, in its own σ.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Share of each feature family in log₁₀ LR before its bound.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What the file says about itself.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{plot} of {label}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied: {title}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save plot</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Text (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} could not be written: {strerror}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Saved {name}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{name} could not be written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Radial</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Select an image to see its plots.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>x mod 8</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>y mod 8</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plots</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy this plot with title and caption</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save this plot or its numbers</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>lags −24…+24 px</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>8 × 8 px, mean</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>folded match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>match</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>at {frequency}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{label}, quartiles</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Mean level by distance from zero frequency. Bands: quartiles of the same profile over single images of the reference. Double-click restores the range.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>radial frequency, cycles/px</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>dB re. median</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Queue</name>
    <message>
        <source>The demo could not be built: {error}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) added</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n already in the queue</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s) (is no image|are no images)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Size</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>State</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>log₁₀ LR</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Warnings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bookmark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Added</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strength</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Waiting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Working</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Done</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Failed</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Duplicate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{verdict_text}: {strength} support, log₁₀ LR {lr_text}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n of its flags (weakens|weaken) the verdict</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>log10 likelihood ratio {lr_text}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n warning(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>bookmarked {mark}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>To check</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Relevant</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cleared</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not read: {error}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Same file as {same_as}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inspecting</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{word}, unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No image fits the filters.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show all</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All verdicts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Real</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inconclusive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>With warnings</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bookmarked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All sources</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Pause</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Begin no further image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stop the queue; what is done is kept</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n shown</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Resume</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter by name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter the queue</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Every word must occur in path, format, verdict or note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdicts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Sources</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Order of the rows; choosing it again turns it round</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show images with one verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show images of one source</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queue</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Report</name>
    <message>
        <source>The report cannot be signed: {error}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{target} is to be reported: write to another file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nothing to report: no image has been inspected yet</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped: nothing was written.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Written: {name}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>For reading and filing; the results are attached to it as JSON</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One page for a browser, pictures included</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Everything the report says, for programs</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One line an image, for spreadsheets</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Selected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bookmarked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Number</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Title</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Examiner</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Laboratory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Write report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Full</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>All there is of each image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Short</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One page an image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Figures</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Panels, spectra and plots of each image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Format</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>As the case has it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose…</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Length</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>File of the report</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a file first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Collecting</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Settings</name>
    <message>
        <source>Language and images at a time: from the next start on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Dark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Light</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fingerprint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Made</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Secret key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Looking for a key …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copy fingerprint</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name, such as that of the laboratory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Name of the new key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Make key</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reports are signed with this key. Tell its fingerprint to whoever checks them, and keep a copy of the file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no key: reports are not signed. A key (Ed25519) lies in the settings folder, readable by you alone.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Copied</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings — fpinspect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Theme</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Language</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Of the window and of reports; from the next start on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>By the machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Images at a time</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>So many images are inspected side by side; each takes a core and about 400 MB. From the next start on</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Examiner</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Laboratory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Key that signs reports</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Settings</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Stage</name>
    <message>
        <source>Reading</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Denoising</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Measuring</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Comparing</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Verdict</name>
    <message>
        <source>limited</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>moderate</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>moderately strong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>strong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>very strong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Real</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Unknown generator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>unknown generator</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Latent diffusion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spectrum, N/8 peaks</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Autocorrelation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Co-occurrence, Y</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Co-occurrence, R − G</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Colour residuals</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Contrast, Y</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Contrast, colour</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Local patterns, Y</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Net on all families</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fingerprint matches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Calibration</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Who made the image, whether what it shows took place, or whether part of a photograph was altered.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Inconclusive</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The item could not be inspected.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Not read</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No opinion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>A rule forbids an opinion on this image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>generated over photograph</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>photograph over generated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{strength} support for {sides}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Too weak to decide: {word}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>at least</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{about} {number} times</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These traces are {times} more probable if the image is a photograph than if it was generated</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>These traces are {times} more probable if the image was generated than if it is a photograph</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{core}: on either side of this, photographs and generated images are confused.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{core}; none of the known generators fits clearly better than an unknown one.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{core}; among the known generators they fit {name} best.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>log₁₀ LR</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Likelihood ratio</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bound of the calibration (hatched)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generated images passed as real</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Photographs wrongly flagged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in the {percent}&#xa0;% set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>above .999</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>below&#xa0;.001</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The ratio is generated against photograph. At even prior odds it makes the probability of generated {text}; other prior odds change that probability, not the ratio.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nearest stored fingerprint: {name}, match {folded}, p&#xa0;{p}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Without these frequencies, in cycles/px, log₁₀ LR would lose: {named}. They have double rings in the log-magnitude.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Lags (dx, dy in px) that carry most: {named}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Its %n tile(s), each by itself, give log₁₀ LR from {low} to {high}: the heat map (H) lays them over the image.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>rings in the log-magnitude</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the radial profile</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the autocorrelation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the 8 × 8 pattern</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the residual, all of it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The shares add up to {total}, the log₁₀ LR before the calibration data bound it. To the right of the line they speak for generated, to the left for a photograph.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Choose a family to read what it measures and see where it lives.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Marked: {places}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Weakens the verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Forbids an opinion</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdict: {word}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Progress of the inspection</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Source, at even prior odds</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>in the 95 % set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Rests on, share of log₁₀ LR</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Matches</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What weakens this</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Explanation</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>What this does not say</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Working</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n circumstance(s) (weakens|weaken) this.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Select an image to see its verdict.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>moderately
strong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>very
strong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{shows}

Hatched: more than the calibration data can carry.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{support}; bound {bound}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Strength of the evidence: {words}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{source}, in the set</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>aligned</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>folded</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>shift</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>aligned: correlation with the stored fingerprint on its lattice.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>folded: best over all shifts, in standard deviations of noise; noise alone gives 2 to 4 σ.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>shift: how far right and down the image shows the pattern, px.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>p: share of photographs that match at least as well.</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>{title}: p from %n photograph(s) of this size and compression.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>{title}: p calculated for noise, no photographs to compare with.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>Window</name>
    <message>
        <source>An earlier run ended in a crash: Help, Log folder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Loading the engine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The clipboard holds no image and no file</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Building the exhibits …</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Building the exhibits of the demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n image(s) taken off the queue; Undo brings them back</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Add %n image(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Saved: {value}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Memory of window and engines</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JSON lines (*.jsonl)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Table (*.csv)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Save results</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Merge case</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Find moved files</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pasted picture could not be written to {free}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The results could not be saved: {error}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parameters {digest}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Recent</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Queue columns</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Denoiser</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Remove</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings could not be saved: {strerror}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings could not be read, nor set aside ({strerror}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The settings could not be read and were set aside as {name}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Show or hide the verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdict: {word}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No image selected</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shortcuts — fpinspect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Filter the shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Shortcuts</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bookmark — fpinspect</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Bookmark</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Bookmark %n image(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>None</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Status</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Note</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drop images or a folder here</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Each image’s noise residual and spectra are shown beside the stored
fingerprints, with a calibrated verdict on where the image comes from.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The demo opens the bundled exhibits. Nothing leaves this machine.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Open</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try the demo</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n image(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Log-magnitude of {title}, {count}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stored fingerprints, log-magnitude</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Problem</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Try again</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Start the engine anew and inspect what it could not</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Comparison</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Plots</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Verdict</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Drag a rectangle over the image; the arrow keys move it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Ready</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>log</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>linear</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>power</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no window</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>linked</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>free</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Whose residual is shown; the verdict keeps its own</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Spectrum</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Scale, window and estimate of the spectra</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Levels</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>One colour range for a row, or one for each panel</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>More tools</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add the picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n folder(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Add {files} and {folders}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Add {what}</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>%n not read</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n stopped</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Paused</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{rate}&#xa0;images/s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{rate}&#xa0;images/s, {time} left</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{minutes}&#xa0;min {seconds}&#xa0;s</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{hours}&#xa0;h {minutes}&#xa0;min</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>GPU (Metal)</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>CPU, %n core(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Images cannot be inspected.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>“fpinspect doctor” in a terminal checks the installation.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No bank</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>shipped</source>
        <translation type="unfinished"></translation>
    </message>
    <message numerus="yes">
        <source>Bank: {name}, %n source(s)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
        </translation>
    </message>
    <message>
        <source>Version</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>System</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Network</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>none: nothing leaves this machine</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This image could not be read.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Stopped before it was inspected. Inspect it again (F5) to see its panels.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Its panels follow when it has been inspected.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Internal error, please report it: {kind}: {failure}</source>
        <translation type="unfinished"></translation>
    </message>
</context>
<context>
    <name>said</name>
    <message>
        <source> that cannot be named</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>(NovelAI|Midjourney|DALL.?E|Adobe Firefly|Stable Diffusion|InvokeAI|Draw Things|ComfyUI|Fooocus|Leonardo\.Ai|Ideogram|DreamStudio|Playground AI|Easy Diffusion|SwarmUI|Google Imagen|Black Forest Labs|ChatGPT|GPT-4o|Diffusion Bee)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, although it is named {suffix}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, and parts of the image disagree</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>, perhaps for want of memory</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>1 file is not an image</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>; the others decide nothing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Content credentials could not be read ({words}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Fine detail is missing, as after blur or enlargement: the frequencies that tell generators apart are weak.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Generator metadata could not be read ({words}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Greyscale image: the colour families have nothing to go on, and the heads were trained on colour images.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Internal error, please report it with the file if you can: {one_line_exc}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It failed without saying why.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>It took longer than {self__timeout_s} s and was stopped.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JPEG XL jumb box</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JPEG quality {quality}: compression removes part of the residual. At about this quality {percent_here_0} of the generated images of the calibration reach the threshold, against {percent_stored_0} of those coded finely or without loss.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>JPEG quality {quality}: so little is left of the residual that nothing was calibrated here.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Large image: {tiles_used} of {tiles_available} tiles, spread evenly, were judged.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Metadata could not be read ({clean_str_error_120}).</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Much of the image is of exactly even colour, as in screenshots, drawings and graphics: the heads were trained on photographs and images that look like them.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Much of the image is pure black or white, as in overexposed photographs and documents: there is no residual to judge in those areas.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Nearly the whole image is one flat colour: there is no noise residual to judge.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>No opinion is given on this image: {reason_blocking_0}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Parts of the image speak for different sides: one tile by itself looks generated, another real. So do composites, and about 2 % of ordinary images; look at the tiles, the verdict is their mean.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Raw profile type APP1</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Raw profile type exif</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Reading {name} needs a decoder that is not installed: run pip install &apos;fpinspect[{extra}]&apos;, or save the image as PNG without scaling it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>Support on either side is limited to {n_10_rule_cap} to 1.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The 16-bit image cannot be decoded: it is damaged or of an unusual kind. Get a fresh copy, or save it as a 16-bit RGB PNG.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The JPEG XL file is truncated or damaged and cannot be decoded. Get a fresh copy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The JPEG XL header is damaged. Get a fresh copy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The JPEG XL image stores floating point samples or more channels than colours and alpha, which fpinspect does not analyse. Save it as an 8- or 16-bit RGB image.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The JPEG file inside the JPEG XL file is damaged: {inner_complaint}. Get a fresh copy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The JPEG has {layout_bit_depth} bits per channel, which fpinspect does not decode. Save it as a 16-bit PNG or TIFF.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The PNG file is truncated or damaged: its compressed data hold too few rows. Get a fresh copy; a partial image would give a wrong opinion.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer “{verdict_answer_value}” does not survive small crops and recompressions: under “{worst_handling}” it is “{worst_answer_value}”, so no answer is given.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The answer “{verdict_answer_value}” holds under {same} of {n} small crops and recompressions{rest}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The compressed data end before the picture is complete: the rest would be grey. The file is truncated or damaged: get a fresh copy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The content is {what}{named}. Readable are JPEG, PNG, WebP, TIFF, BMP, GIF, AVIF, HEIC and JPEG XL: check what was saved under this name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The evidence (log₁₀ LR) counts {percent_rule_scale_0} of what it would.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file asks its reader to crop the picture, which the decoder did: the pixel lattice may not begin where the camera&apos;s did.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file cannot be read ({reason_error}). Check the disk or the connection to it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file has changed since it was inspected (its SHA-256 is another one), so what is shown would not belong to the verdict. Inspect it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file holds {decoded_frames} frames: only the first was analysed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file is empty (0 bytes): the download or copy failed. Get it again.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file is {status_st_size_1000000000_0} GB, more than any image within the limit of {max_pixels_1000000_0} megapixels takes, and was not read. Raise the limit if you trust the file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The file says that the image is {width}×{height} pixels, so there is nothing to inspect. It is damaged: get a fresh copy.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image as it is gives no answer; small crops and recompressions give one in {given} of {n} cases.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image cannot be decoded: it is damaged or of an unusual kind ({reason_error}). Get a fresh copy, or save it as PNG.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image has transparency: its colour planes were analysed as they are stored, without putting them on a background, so pixels that you cannot see count too.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image is grey: statistics that compare colours have nothing to work on, which weakens the opinion.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image is stored in printing colours (CMYK): it was turned into RGB by R = (255 − C)(255 − K)/255 without a colour profile, which changes its fine noise.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image is {width}×{height} pixels ({width_height_1000000_0} megapixels), more than the limit of {max_pixels_1000000_0} megapixels, and was not decoded. Raise the limit if you trust the file.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image stores at most 256 colours (a palette): reducing the colours has overwritten the fine noise that the opinion rests on.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image stores floating point samples, which fpinspect does not analyse. Save it as an 8- or 16-bit RGB image.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image stores its samples as {mode} (32-bit, floating point or CIELAB), which fpinspect does not analyse. Save it as an 8- or 16-bit RGB image.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The image was resized: interpolation leaves a period of its own in the residual and moves the generator&apos;s.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The lossless file holds pixels that were a JPEG of about quality {quality} before: compression has removed part of the residual, which the file does not show.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The name says {named_value}, the content is {fmt_value}: it was renamed, or converted by something that kept the old name.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pixels do not decide whether a generator made this image: small crops and recompressions turn the answer round{tail}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pixels do not decide whether a generator made this image: their traces are {core}, and at that level the two are still confused{tail}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pixels give {verdict_strength} support for a real photograph: their traces are {core}, which does not rule out a generator unlike those known here{tail}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pixels give {verdict_strength} support for an image made by a generator{by_verdict_source}: their traces are {core}, and {one_in_rate} real images reached that answer in tests{tail}.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The pixels were a JPEG of about quality {quality} before they were saved as this one: the earlier compression has removed part of the residual, which the file&apos;s own quality does not show.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The process that inspected it {cause}: the file may break its decoder.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The ratio holds there as it is, but fewer generated images are recognised.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The residual matches the enrolled fingerprint {label} (p = {p}), although the heads, which were not trained on it, take the image for real: treat it as disputed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The text entry {key} is too long and was not read in full.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>The {fmt_value} file is truncated or damaged: {layout_complaint}. Get a fresh copy; a partial image would give a wrong opinion.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no fine detail at all, as after strong blur: what is left where traces would be is the rounding of the pixels, which photographs and generated images share.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is no such file. Check the name; it may have been moved or deleted.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is not enough memory to decode the image. Close other programs, or inspect a lossless crop of it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>There is not enough memory to inspect it: close other programs, or use --jobs.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is a folder, although it is named like an image. Rename it, or name the images in it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>This is a pipe, a socket or a device, not a file, and was not read. Save the image to a file first.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You are not allowed to look into this folder. Ask its owner for read permission, or copy it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>You are not allowed to read this file. Ask its owner for read permission, or copy it.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a quantisation table is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>a scan header is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>about {times_verdict_log10_lr} times as likely in {side} as in {other}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>an earlier JPEG compression</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>array of shape {array_shape} is not of the lattice {lattice}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>c2pa-python could not read it: {error}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>drawn areas that no camera takes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it ends before its end chunk (IEND)</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it ends before its end mark</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it ends before the end-of-image marker</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it ends inside a header segment</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it ends inside one of its boxes</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it ends inside the compressed picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it holds no compressed picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it holds no frame header</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it holds no picture</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it holds two frame headers</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>it is shorter than its header says</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its blocks are damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its frame header is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its header chunk is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its header is damaged</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>its last passes are missing</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>measured on images of groups that took no part in the training</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>no further process can be started: {exc}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>not an image that fpinspect reads</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>pillow-jxl-plugin {metadata_version_pillow_jxl_plugin} libjxl</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>purely black or white areas</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the checksum of its {name} chunk is wrong</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the engine cannot start: its process {cause}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the engine cannot start: {one_line_exc}</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>the poorer of two rates: on images of groups that took no part in the training, and on images of repositories that took no part in it</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>very strong JPEG compression</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{self_not_images} files are not images</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{size_layout_end} bytes follow the end of the image: they belong to another picture, a video or hidden data, and were not analysed.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{w} × {h} px: fewer pixels than one full {SMALL_SIDE}-px tile, so the opinion rests on less.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{w} × {h} px: photographs this small look generated more often than the calibration takes into account.</source>
        <translation type="unfinished"></translation>
    </message>
    <message>
        <source>{w} × {h} px: under {MIN_SIDE} px a side there are too few pixels for an opinion.</source>
        <translation type="unfinished"></translation>
    </message>
</context>
</TS>
