import { describeBoundaries } from './support/boundaries.ts';

describeBoundaries('LabelNode', 'RestartHandlerPod');
