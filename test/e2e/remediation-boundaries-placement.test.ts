import { describeBoundaries } from './support/boundaries.ts';

describeBoundaries('ExtendPlacement');
